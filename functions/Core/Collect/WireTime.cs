using System.Globalization;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Times as SDKs write them: ISO 8601, a date with or without a time.</summary>
public static class WireTime
{
    // What the JSON reader's own ISO 8601 profile leaves out, and Ruby, Java's SimpleDateFormat and SQL dumps write.
    private static readonly string[] OtherFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    /// <param name="value">A text; one without an offset is UTC.</param>
    /// <returns>Null where it is no such time.</returns>
    public static DateTimeOffset? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        if (value.TryGetDateTime(out var plain) && plain.Kind != DateTimeKind.Local) return new(DateTime.SpecifyKind(plain, DateTimeKind.Utc)); // Local means: had an offset
        if (value.TryGetDateTimeOffset(out var time)) return time.ToUniversalTime();
        return DateTimeOffset.TryParseExact(value.GetString(), OtherFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time) ? time : null;
    }
}
