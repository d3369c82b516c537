using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarketingAutomation.Bus;

namespace MarketingAutomation.Functions.HostDouble;

/// <summary>What the host posts to a trigger, in the shape recorded from a real one with <c>dataType: binary</c>.</summary>
internal static class TriggerEnvelope
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Cardinality one: base64, and scalars as strings, strings twice.</summary>
    public static byte[] Single(string binding, Received message) => Write(binding, Convert.ToBase64String(message.Body), Shared(new()
    {
        ["DeliveryCount"] = message.DeliveryCount.ToString(CultureInfo.InvariantCulture),
        ["LockToken"] = Inner(Guid.NewGuid().ToString()),
        ["EnqueuedTimeUtc"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        ["MessageId"] = Inner(message.Id),
        ["ContentType"] = Inner("application/json"),
        ["SequenceNumber"] = "1",
        ["ApplicationProperties"] = new JsonObject(),
        ["UserProperties"] = new JsonObject(),
    }));

    /// <summary>Cardinality many: arrays as strings.</summary>
    public static byte[] Batch(string binding, IReadOnlyList<Received> messages) => Write(binding, Inner(messages.Select(message => Convert.ToBase64String(message.Body))), Shared(new()
    {
        ["DeliveryCountArray"] = Inner(messages.Select(message => message.DeliveryCount)),
        ["DeadLetterSourceArray"] = Inner(messages.Select(_ => (string?)null)),
        ["LockTokenArray"] = Inner(messages.Select(_ => Guid.NewGuid())),
        ["EnqueuedTimeUtcArray"] = Inner(messages.Select(_ => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture))),
        ["MessageIdArray"] = Inner(messages.Select(message => message.Id)),
        ["SequenceNumberArray"] = Inner(messages.Select((_, index) => index)),
        ["SessionIdArray"] = Inner(messages.Select(_ => (string?)null)),
        ["ApplicationPropertiesArray"] = Inner(messages.Select(_ => new JsonObject())),
    }));

    /// <summary>A timer that is due.</summary>
    public static byte[] Timer(string binding) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["Data"] = new JsonObject { [binding] = new JsonObject { ["Schedule"] = new JsonObject { ["AdjustForDST"] = true }, ["ScheduleStatus"] = null, ["IsPastDue"] = false } },
        ["Metadata"] = new JsonObject { ["sys"] = Sys() },
    }, Plain);

    private static byte[] Write(string binding, string value, JsonObject metadata) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["Data"] = new JsonObject { [binding] = value }, ["Metadata"] = metadata }, Plain);

    private static string Inner<T>(T value) => JsonSerializer.Serialize(value, Plain);

    private static JsonObject Shared(JsonObject metadata)
    {
        foreach (var name in (string[])["MessageReceiver", "MessageSession", "MessageActions", "SessionActions", "ReceiveActions"]) metadata[name] = new JsonObject();
        metadata["Client"] = new JsonObject { ["FullyQualifiedNamespace"] = "local.servicebus.windows.net", ["IsClosed"] = false, ["TransportType"] = 0, ["Identifier"] = "local" };
        metadata["sys"] = Sys();
        return metadata;
    }

    private static JsonObject Sys() => new() { ["MethodName"] = "function", ["UtcNow"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), ["RandGuid"] = Guid.NewGuid().ToString() };
}
