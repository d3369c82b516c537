using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using NodaTime;

namespace MarketingAutomation.Config;

/// <summary>The policy says what may be refused, and who is writing.</summary>
public static class PolicyCheck
{
    public static IEnumerable<Finding> Check(ConfigFolder folder) => folder.Policy is null
        ? [new("policy.json", null, null, "is missing: it says which topics and senders there are")]
        : folder.Policy.Parts.SelectMany(Check);

    private static IEnumerable<Finding> Check(Part part) => part.Value switch
    {
        Policy policy => CheckPolicy(part, policy),
        FrequencyCap cap => CheckCap(part, cap),
        QuietHours { From: var from, Until: var until } when from == until => [part.At("until", "is the same as from, so quiet would never end: give another time, or leave quietHours out")],
        SendingRates rates => CheckRates(part, rates),
        AutoPause limits => CheckAutoPause(part, limits),
        WarmUp warmUp => CheckWarmUp(part, warmUp),
        Sender sender => [.. CheckAddress(part, "email", sender.Email), .. CheckAddress(part, "replyTo", sender.ReplyTo), .. CheckName(part, sender.Name)],
        _ => [],
    };

    private static IEnumerable<Finding> CheckPolicy(Part part, Policy policy)
    {
        if (policy.Topics.Count == 0) yield return part.At("topics", "is empty: give at least one topic");
        if (policy.Senders.Count == 0) yield return part.At("senders", "is empty: give at least one sender");
        if (!LocaleName.IsValid(policy.DefaultLocale)) yield return part.At("defaultLocale", LocaleName.Explain(policy.DefaultLocale));
        if (policy.TimeZone is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) yield return part.At("timeZone", $"\"{zone}\" is no IANA time zone such as \"Europe/Berlin\"{Words.DidYouMean(zone, DateTimeZoneProviders.Tzdb.Ids)}");
        foreach (var id in policy.Topics.Keys.Where(id => !policy.Topics[id].Name.ContainsKey(policy.DefaultLocale)))
            yield return part.Json.At($"{JsonPath.Child("$.topics", id)}.name", $"misses \"{policy.DefaultLocale}\", the defaultLocale: customers read this name");
    }

    private static IEnumerable<Finding> CheckCap(Part part, FrequencyCap cap)
    {
        if (cap.Most != decimal.Truncate(cap.Most)) yield return part.At("most", "must be a whole number");
        if (cap.Within > Memory.OfDeliveries) yield return part.At("within", $"must be at most {IsoSpan.Format(Memory.OfDeliveries)}: so long a customer's messages are counted");
    }

    private static IEnumerable<Finding> CheckRates(Part part, SendingRates rates) => (rates.PerDomain ?? new Dictionary<string, decimal>())
        .Where(domain => !IsDomain(domain.Key) || domain.Value <= 0)
        .Select(domain => part.Json.At(JsonPath.Child($"{part.Path}.perDomain", domain.Key), IsDomain(domain.Key) ? "must be above 0" : "is no domain in lower case such as gmail.com"));

    private static IEnumerable<Finding> CheckAutoPause(Part part, AutoPause limits)
    {
        if (limits is { Complaints: null, HardBounces: null, Unsubscribes: null }) yield return part.At("complaints", "is missing, and so are hardBounces and unsubscribes: give at least one limit, or leave autoPause out");
        if (limits.AtLeast != decimal.Truncate(limits.AtLeast)) yield return part.At("atLeast", "must be a whole number");
        if (limits.Within > AutoPause.LongestWithin || limits.Within < TimeSpan.FromHours(1)) yield return part.At("within", $"must be from PT1H to {IsoSpan.Format(AutoPause.LongestWithin)}");
    }

    private static IEnumerable<Finding> CheckWarmUp(Part part, WarmUp warmUp)
    {
        if (warmUp.FirstDay is null) yield return part.At("from", "is no day such as 2026-11-30");
        if (warmUp.PerDay.Count == 0 || warmUp.PerDay.Any(most => most < 1)) yield return part.At("perDay", "must name at least one number, each 1 or more");
    }

    private static bool IsDomain(string name) => name.Length <= 253 && name.Contains('.') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');

    private static IEnumerable<Finding> CheckAddress(Part part, string property, string? address) =>
        address is null || IsPlausible(address) ? [] : [part.At(property, "is no e-mail address such as hello@shop.example")];

    private static IEnumerable<Finding> CheckName(Part part, string name) =>
        name.Any(char.IsControl) ? [part.At("name", "holds a line break or another control character")] : [];

    // Only what is surely wrong is refused; whether an address exists is seen when it is written to.
    private static bool IsPlausible(string address) =>
        address.Length <= 254 && address.All(c => c is > ' ' and < '\u007f' and not (',' or ';' or '<' or '>'))
        && address.Split('@') is [{ Length: > 0 and <= 64 }, var domain]
        && domain.Split('.') is { Length: >= 2 } labels && labels.All(label => label is [not '-', ..] and [.., not '-']);
}
