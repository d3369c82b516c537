using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Makes one call of the Segment spec into an event.</summary>
public static class Call
{
    /// <summary>A messageId has fewer characters than this.</summary>
    public const int MessageIdLimit = 100;

    // Nothing we are told about happened earlier; a corrected time before it comes from a broken clock or program.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <returns>Either the event, or one sentence that says why there is none.</returns>
    public static (CustomerEvent? Event, string? Reason) Read(JsonElement call, CallScope scope)
    {
        if (call.ValueKind != JsonValueKind.Object) return (null, "The call is not an object.");
        if (RawJson.Of(call).Length > CollectCall.MostCallBytes) return (null, $"The call is over {CollectCall.MostCallBytes / 1024} KB.");
        if (RawJson.HasLoneSurrogate(call)) return (null, "The call holds half a character (a lone surrogate).");
        if (scope.MayBeDeep && RawJson.IsDeeperThan(CollectCall.MostDepth, call)) return (null, $"The call is nested more than {CollectCall.MostDepth} levels deep.");
        var checks = default(CallChecks);
        var taken = Read(call, CallParts.Of(call), scope, ref checks);
        return checks.Problem is null ? (taken, null) : (null, checks.Problem);
    }

    /// <summary>The call's own messageId, where it has a usable one, however broken the rest is.</summary>
    public static string? MessageIdOf(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object || RawJson.HasLoneSurrogate(call)) return null;
        return call.TryGetProperty("messageId"u8, out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and < MessageIdLimit } text ? text : null;
    }

    private static CustomerEvent? Read(JsonElement call, in CallParts parts, CallScope scope, ref CallChecks checks)
    {
        var type = scope.Type ?? checks.Type(parts.Type);
        string? userId = checks.Id(parts.UserId, "userId"), anonymousId = checks.Id(parts.AnonymousId, "anonymousId");
        if (userId is null && type == CallType.Alias) checks.Refuse("The alias has no userId that names somebody.");
        if (userId is null && anonymousId is null) checks.Refuse("The call has neither a userId nor an anonymousId that names somebody.");
        var messageId = checks.MessageId(parts.MessageId) ?? MissingMessageId.For(call, type);

        DateTimeOffset? timestamp = checks.Time(parts.Timestamp, "timestamp"), original = checks.Time(parts.OriginalTimestamp, "originalTimestamp");
        var sentAt = checks.Time(parts.SentAt, "sentAt") ?? checks.Time(scope.SentAt, "sentAt of the batch");
        var (at, fromFuture) = ClockCorrection.Correct(timestamp, original, sentAt, scope.ReceivedAt);
        if (at < Earliest) checks.Refuse("The call's time is before 1970.");

        var context = Over(scope.Context, checks.Object(parts.Context, "context"));
        CustomerEvent? bare = type switch
        {
            CallType.Identify => new CustomerEvent.Identified { MessageId = messageId, At = at, ReceivedAt = scope.ReceivedAt, Traits = TraitsOf(parts, context, ref checks) },
            CallType.Track => new CustomerEvent.Tracked { MessageId = messageId, At = at, ReceivedAt = scope.ReceivedAt, Event = EventOf(parts, ref checks), Properties = checks.Object(parts.Properties, "properties") },
            CallType.Page or CallType.Screen => new CustomerEvent.Viewed { MessageId = messageId, At = at, ReceivedAt = scope.ReceivedAt, Screen = type == CallType.Screen, Properties = PropertiesOf(parts, ref checks) },
            CallType.Group => new CustomerEvent.Grouped { MessageId = messageId, At = at, ReceivedAt = scope.ReceivedAt, GroupId = GroupOf(parts, ref checks), Traits = checks.Object(parts.Traits, "traits") },
            CallType.Alias => new CustomerEvent.Aliased { MessageId = messageId, At = at, ReceivedAt = scope.ReceivedAt, PreviousId = PreviousOf(parts, anonymousId, ref checks) },
            _ => null,
        };
        return bare is null ? null : bare with { UserId = userId, AnonymousId = anonymousId, OriginalTimestamp = timestamp ?? original, SentAt = sentAt, FromFuture = fromFuture, Context = context };
    }

    // RudderStack's SDKs repeat an identify's traits in its context; some callers give them only there.
    private static JsonElement TraitsOf(in CallParts parts, JsonElement context, ref CallChecks checks)
    {
        var traits = checks.Object(parts.Traits, "traits");
        if (traits.ValueKind == JsonValueKind.Undefined && context.ValueKind == JsonValueKind.Object && context.TryGetProperty("traits"u8, out var copy) && copy.ValueKind == JsonValueKind.Object) return copy;
        return traits;
    }

    private static string EventOf(in CallParts parts, ref CallChecks checks)
    {
        var name = checks.Text(parts.Event, "event");
        if (name.ValueKind == JsonValueKind.String && name.GetString() is { } text && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0')) return text;
        checks.Refuse("The call has no event, the name of what happened.");
        return "";
    }

    private static JsonElement PropertiesOf(in CallParts parts, ref CallChecks checks)
    {
        JsonElement properties = checks.Object(parts.Properties, "properties"), name = checks.Text(parts.Name, "name"), category = checks.Text(parts.Category, "category");
        if (checks.Problem is not null || (Holds(properties, "name", name) && Holds(properties, "category", category))) return properties; // SDKs mostly put them in both places
        return RawJson.Merge(properties, new[] { ("name", name), ("category", category) }.Where(part => part.Item2.ValueKind == JsonValueKind.String));
    }

    private static bool Holds(JsonElement properties, string name, JsonElement text) =>
        text.ValueKind == JsonValueKind.Undefined
        || (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var there) && there.ValueKind == JsonValueKind.String && there.ValueEquals(text.GetString()));

    private static string GroupOf(in CallParts parts, ref CallChecks checks)
    {
        if (checks.Id(parts.GroupId, "groupId") is { } id) return id;
        checks.Refuse("The group has no groupId that names a group.");
        return "";
    }

    // An alias onto itself is accepted and changes nothing: some versions of analytics.js lose the new id and send the old one twice.
    private static string PreviousOf(in CallParts parts, string? anonymousId, ref CallChecks checks)
    {
        if ((checks.Id(parts.PreviousId, "previousId") ?? anonymousId) is { } id) return id;
        checks.Refuse("The alias has neither a previousId nor an anonymousId that names somebody.");
        return "";
    }

    private static JsonElement Over(JsonElement shared, JsonElement own)
    {
        if (shared.ValueKind != JsonValueKind.Object) return own;
        return own.ValueKind == JsonValueKind.Object ? RawJson.Merge(shared, RawJson.Properties(own)) : shared;
    }
}
