using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Channels;

/// <summary>Reads what SendGrid's answers mean for a delivery.</summary>
internal static class SendGridOutcome
{
    /// <param name="errors">Body of an answer that is no success.</param>
    /// <remarks>
    /// 500, 502 and 504 come after the whole message was read, and nothing says whether it was queued before the fault: with no idempotency key the only
    /// safe answer is unknown, and <c>processed</c> callbacks settle those that were. 503 is a refusal only where it says when to come again.
    /// Source: twilio/sendgrid-oai, tsg_mail_v3.yaml.
    /// </remarks>
    public static Outcome Of(HttpStatusCode status, HttpResponseHeaders headers, string errors, DateTimeOffset now)
    {
        var code = (int)status;
        var reason = string.Create(CultureInfo.InvariantCulture, $"sendgrid {code} {FieldOf(errors)}").TrimEnd();
        return code switch
        {
            200 => new Outcome.Sent("sandbox"),                         // taken in sandbox mode, and thrown away
            >= 200 and < 300 => new Outcome.Sent(headers.TryGetValues("X-Message-Id", out var ids) ? ids.First() : null),
            429 => new Outcome.Retry(reason, ProviderWait.Of(headers, now), Outage: true),
            401 or 403 => new Outcome.Retry($"{reason}: the API key or the sender is refused; look after the account", ProviderWait.ForOperator, Outage: true),
            400 or 413 or 415 or 422 => new Outcome.Failed(reason, HardBounce: FieldOf(errors).StartsWith("personalizations.0.to", StringComparison.Ordinal)),
            408 => new Outcome.Retry(reason, Outage: true),             // the message did not arrive whole
            503 when ProviderWait.Of(headers, now) is { } after => new Outcome.Retry(reason, after, Outage: true),
            >= 500 => new Outcome.Unknown(reason),
            _ => new Outcome.Retry($"{reason}: nobody takes messages at this address; look after MARKETING_SENDGRID_HOST", ProviderWait.ForOperator, Outage: true),
        };
    }

    // Which part of the message the first error is about; the error's text may quote the customer's data.
    private static string FieldOf(string errors)
    {
        try
        {
            using var json = JsonDocument.Parse(errors);
            return json.RootElement.GetProperty("errors")[0].GetProperty("field").GetString() is { Length: <= 100 } field && field.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') ? field : "";
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return ""; // not every refusal comes from the API itself
        }
    }
}
