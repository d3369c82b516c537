using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>The parts of one call as they stand in it, found in one pass; undefined where missing. What we do not know is ignored, of two equal names the last counts.</summary>
internal struct CallParts
{
    public JsonElement Type, MessageId, UserId, AnonymousId, Timestamp, OriginalTimestamp, SentAt, Context, Traits, Event, Properties, Name, Category, GroupId, PreviousId;

    public static CallParts Of(JsonElement call)
    {
        var parts = default(CallParts);
        foreach (var property in call.EnumerateObject()) parts.Put(property);
        return parts;
    }

    private void Put(JsonProperty property)
    {
        if (RawJson.Named(property, "type"u8)) Type = property.Value;
        else if (RawJson.Named(property, "messageId"u8)) MessageId = property.Value;
        else if (RawJson.Named(property, "userId"u8)) UserId = property.Value;
        else if (RawJson.Named(property, "anonymousId"u8)) AnonymousId = property.Value;
        else if (RawJson.Named(property, "timestamp"u8)) Timestamp = property.Value;
        else if (RawJson.Named(property, "originalTimestamp"u8)) OriginalTimestamp = property.Value;
        else if (RawJson.Named(property, "sentAt"u8)) SentAt = property.Value;
        else if (RawJson.Named(property, "context"u8)) Context = property.Value;
        else if (RawJson.Named(property, "traits"u8)) Traits = property.Value;
        else if (RawJson.Named(property, "event"u8)) Event = property.Value;
        else if (RawJson.Named(property, "properties"u8)) Properties = property.Value;
        else if (RawJson.Named(property, "name"u8)) Name = property.Value;
        else if (RawJson.Named(property, "category"u8)) Category = property.Value;
        else if (RawJson.Named(property, "groupId"u8)) GroupId = property.Value;
        else if (RawJson.Named(property, "previousId"u8)) PreviousId = property.Value;
    }
}
