using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>A list of events as the body of a queue's message: a JSON array in UTF-8.</summary>
public static class EventsBody
{
    /// <summary>Size of one body, in bytes; Azure Service Bus takes messages of 256 KB with their headers.</summary>
    public const int MostBytes = 200 * 1024;

    // Relaxed: nothing here ends in a web page, and escapes would make other scripts than Latin twice as long.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <returns>As few bodies as the events fit into in their order, each of at most <see cref="MostBytes"/>; none for no events. What <see cref="CollectCall"/> accepts always fits.</returns>
    public static IReadOnlyList<byte[]> Write(IReadOnlyList<CustomerEvent> events)
    {
        List<byte[]> bodies = [];
        ArrayBufferWriter<byte> body = new(16 * 1024), one = new(2 * 1024);
        using var writer = new Utf8JsonWriter(one, Options);
        foreach (var each in events)
        {
            one.ResetWrittenCount();
            writer.Reset(one);
            JsonSerializer.Serialize(writer, each, CollectJson.Default.CustomerEvent);
            if (body.WrittenCount > 0 && body.WrittenCount + one.WrittenCount + 2 > MostBytes) bodies.Add(Close(body));
            body.Write(body.WrittenCount == 0 ? "["u8 : ","u8);
            body.Write(one.WrittenSpan);
        }
        if (body.WrittenCount > 0) bodies.Add(Close(body));
        return bodies;
    }

    /// <exception cref="JsonException">The body is not one that <see cref="Write"/> made.</exception>
    public static IReadOnlyList<CustomerEvent> Read(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, CollectJson.Default.ListCustomerEvent) ?? throw new JsonException("The body is null, not a list of events.");

    private static byte[] Close(ArrayBufferWriter<byte> body)
    {
        body.Write("]"u8);
        var bytes = body.WrittenSpan.ToArray();
        body.ResetWrittenCount();
        return bytes;
    }
}
