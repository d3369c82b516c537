using System.Text.Json;
using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Hooks;

/// <summary>Reads a post of SendGrid's Event Webhook.</summary>
/// <remarks>Source: docs.sendgrid.com, Event Webhook Reference; twilio/sendgrid-oai, tsg_logs_v3.yaml.</remarks>
internal static class SendGridReports
{
    private const int MostTextCharacters = 300;

    /// <summary>What the post says, as far as it concerns us; what we do not understand is counted and left out.</summary>
    /// <exception cref="JsonException">It is no JSON array.</exception>
    public static (IReadOnlyList<ProviderReport> Reports, int LeftOut) Read(ReadOnlyMemory<byte> body, DateTimeOffset receivedAt)
    {
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("The body is no array.");
        List<ProviderReport> reports = [];
        var leftOut = 0;
        foreach (var item in json.RootElement.EnumerateArray())
        {
            var before = reports.Count;
            try
            {
                reports.AddRange(ReadOne(item, receivedAt));
            }
            catch (InvalidOperationException)
            {
                // half a surrogate pair or the like: this item's trouble alone
            }
            if (reports.Count == before) leftOut++;
        }
        return (reports, leftOut);
    }

    private static IEnumerable<ProviderReport> ReadOne(JsonElement item, DateTimeOffset receivedAt)
    {
        if (item.ValueKind != JsonValueKind.Object) yield break;
        DeliveryName.TryRead(Text(item, DeliveryName.Argument), out var of);
        var at = Time(item) ?? receivedAt;
        var id = Text(item, "sg_event_id") ?? item.GetRawText(); // told again, it is told in the same words
        foreach (var (kind, part) in KindsOf(item))
            yield return new(of, new(kind, $"sendgrid {id}{part}", at)
            {
                Address = Text(item, "email") is { Length: > 0 } address ? address : null,
                Reason = ReasonOf(item),
                Hard = IsHard(item),
                ProviderId = Text(item, "sg_message_id")?.Split('.')[0],
                UserAgent = Text(item, "useragent"),
                Url = Text(item, "url"),
                Machine = item.TryGetProperty("sg_machine_open", out var machine) && machine.ValueKind == JsonValueKind.True, // left out where it would be false
            });
    }

    // Groups are SendGrid's own, and we set none; a word given to a group says no to the message's topic and never yes.
    private static (CallbackKind Kind, string Part)[] KindsOf(JsonElement item) => Text(item, "event") switch
    {
        "processed" => [(CallbackKind.Sent, "")],
        "deferred" => [(CallbackKind.Deferred, "")],
        "delivered" => [(CallbackKind.Delivered, "")],
        "bounce" or "blocked" => [(CallbackKind.Bounced, "")],
        "dropped" when Text(item, "reason") == "Unsubscribed Address" => [(CallbackKind.Dropped, ""), (CallbackKind.UnsubscribedFromAll, " unsubscribed")],
        "dropped" => [(CallbackKind.Dropped, "")],
        "spamreport" => [(CallbackKind.Complained, "")],
        "unsubscribe" => [(CallbackKind.UnsubscribedFromAll, "")],
        "group_unsubscribe" => [(CallbackKind.Unsubscribed, "")],
        "open" => [(CallbackKind.Opened, "")],
        "click" => [(CallbackKind.Clicked, "")],
        _ => [],                                                                    // there are newer ones, and will be more
    };

    // "blocked" is a refusal for now, of this message; of dropped messages some say that the address has been no good before.
    private static bool IsHard(JsonElement item) => (Text(item, "event"), Text(item, "type"), Text(item, "reason")) switch
    {
        ("bounce", var type, _) => type != "blocked",
        ("dropped", _, "Bounced Address" or "Spam Reporting Address" or "Invalid") => true,
        _ => false,
    };

    private static string? ReasonOf(JsonElement item) => Text(item, "event") switch
    {
        "bounce" or "blocked" => string.Join(' ', new[] { Word(Text(item, "type") ?? "bounce"), Word(Text(item, "status")), Word(Text(item, "bounce_classification")) }.Where(word => word is not null)),
        "dropped" => $"dropped: {(Text(item, "reason") is { } reason && DropReasons.Contains(reason) ? reason : "another reason")}",
        _ => null,
    };

    private static readonly string[] DropReasons =
        ["Invalid SMTPAPI header", "Spam Content", "Unsubscribed Address", "Bounced Address", "Spam Reporting Address", "Invalid", "Recipient List over Package Quota"];

    // Codes and classes; free text may name the address.
    private static string? Word(string? text) => text is { Length: > 0 and <= 40 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ' ' or '-') ? text : null;

    private static DateTimeOffset? Time(JsonElement item) =>
        item.TryGetProperty("timestamp", out var time) && time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() is { Length: > MostTextCharacters } text ? text[..MostTextCharacters] : value.GetString() : null;
}
