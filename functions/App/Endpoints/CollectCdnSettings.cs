using System.Text.Json;

namespace MarketingAutomation.Endpoints;

/// <summary>What analytics.js asks its CDN for before it sends anything.</summary>
/// <remarks>Only the destination "Segment.io", pointed at ourselves, and no reports about its own work to Segment. Source: @segment/analytics-next 1.84.3, browser/index.js.</remarks>
internal static class CollectCdnSettings
{
    /// <param name="json">Inside the answer's object.</param>
    public static void Write(Utf8JsonWriter json, string writeKey, Uri publicUrl)
    {
        json.WriteStartObject("integrations");
        json.WriteStartObject("Segment.io");
        json.WriteString("apiKey", writeKey);
        json.WriteString("apiHost", publicUrl.Authority + publicUrl.AbsolutePath.TrimEnd('/') + "/v1"); // it puts the protocol in front by itself
        json.WriteString("protocol", publicUrl.Scheme);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        json.WriteNumber("sampleRate", 0);
        json.WriteEndObject();
    }
}
