using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Reads the parts of one call and remembers the first thing that is wrong with them. Everywhere null counts as missing.</summary>
internal struct CallChecks
{
    /// <summary>One sentence, without personal data; null while all is well.</summary>
    public string? Problem { get; private set; }

    public void Refuse(string problem) => Problem ??= problem;

    public CallType? Type(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            if (value.ValueEquals("track"u8)) return CallType.Track;
            if (value.ValueEquals("identify"u8)) return CallType.Identify;
            if (value.ValueEquals("page"u8)) return CallType.Page;
            if (value.ValueEquals("screen"u8)) return CallType.Screen;
            if (value.ValueEquals("group"u8)) return CallType.Group;
            if (value.ValueEquals("alias"u8)) return CallType.Alias;
        }
        Refuse("The type is none of identify, track, page, screen, group and alias.");
        return null;
    }

    /// <returns>A number as it was written, since some programs send numbers; null also for junk, which names nobody.</returns>
    public string? Id(JsonElement value, string name)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) Refuse($"The {name} must be a text or a number.");
        var id = value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null };
        if (id is null || JunkIds.Contains(id)) return null;
        if (id.Contains('\0')) Refuse($"The {name} holds a NUL character.");
        return id;
    }

    public string? MessageId(JsonElement value)
    {
        var id = Id(value, "messageId");
        if (id?.Length >= Call.MessageIdLimit) Refuse($"The messageId has {Call.MessageIdLimit} characters or more.");
        return id;
    }

    public DateTimeOffset? Time(JsonElement value, string name)
    {
        if (IsMissing(value)) return null;
        var time = WireTime.Read(value);
        if (time is null) Refuse($"The {name} is not a time in ISO 8601, such as 2026-01-31T09:30:00Z.");
        return time;
    }

    /// <returns>Undefined where missing.</returns>
    public JsonElement Object(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Object) return value;
        if (!IsMissing(value)) Refuse($"The {name} must be an object.");
        return default;
    }

    /// <returns>Undefined where missing or empty.</returns>
    public JsonElement Text(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.String) return value.ValueEquals(""u8) ? default : value;
        if (!IsMissing(value)) Refuse($"The {name} must be a text.");
        return default;
    }

    private static bool IsMissing(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
