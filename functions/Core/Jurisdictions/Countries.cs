using System.Collections.Frozen;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Jurisdictions;

/// <summary>Countries by their codes of two letters.</summary>
/// <remarks>Source: ISO 3166-1 alpha-2. <c>UK</c> and <c>EL</c>, which many write, mean <c>GB</c> and <c>GR</c>; ISO keeps the first free for that, the European Union writes both.</remarks>
public static class Countries
{
    /// <summary>The traits that tell a customer's country, the first that holds a code being believed.</summary>
    public static readonly IReadOnlyList<string> Traits = ["country", "address.country", "address"];

    public static readonly FrozenSet<string> Known = (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ "
        + "DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT "
        + "JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ "
        + "OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ "
        + "UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The code that a text means, in whatever capitals; null where it means none.</summary>
    public static string? Read(string text) => text.Trim().ToUpperInvariant() switch
    {
        "UK" => "GB",
        "EL" => "GR",
        var code => Known.Contains(code) ? code : null,
    };

    /// <summary>Where the customer lives, as last told; null where that is not known.</summary>
    public static string? Of(Customer customer) =>
        Read(customer.Traits.GetValueOrDefault("country"))
        ?? Read(customer.Traits.GetValueOrDefault("address.country"))
        ?? (customer.Traits.GetValueOrDefault("address") is { ValueKind: JsonValueKind.Object } address ? Read(Tests.Find(address, "country")) : null);

    private static string? Read(JsonElement trait) => trait.ValueKind == JsonValueKind.String ? Read(trait.GetString()!) : null;
}
