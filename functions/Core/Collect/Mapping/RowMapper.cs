using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace MarketingAutomation.Collect;

/// <summary>Makes calls of the rows of one file, given in the file's order. Not for several threads at once.</summary>
public sealed class RowMapper(Mapping mapping) : IDisposable
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string[] names = [.. mapping.Emit.Select((emit, index) => RowIds.NameOf(index, emit.Event?.Source ?? ""))];
    private readonly RowIds ids = new();
    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly Utf8JsonWriter writer = new(Stream.Null, Relaxed); // one for all rows; Start points it at the buffer

    /// <summary>A row of format csv or columns.</summary>
    /// <param name="text">The whole row in UTF-8, without its line break.</param>
    /// <param name="cell">Its cell in a column that the mapping uses.</param>
    public MappedRow Map(ReadOnlySpan<byte> text, Func<string, string?> cell)
    {
        ids.Next(text);
        return Utf8.IsValid(text) ? Calls(cell) : MappedRow.Rejected("is not UTF-8");
    }

    /// <summary>A row of format ndjson or segment.</summary>
    /// <param name="line">One line in UTF-8, without its line break.</param>
    public MappedRow Map(ReadOnlyMemory<byte> line)
    {
        ids.Next(line.Span);
        if (!Utf8.IsValid(line.Span)) return MappedRow.Rejected("is not UTF-8");
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return MappedRow.Rejected("is not a JSON object");
            return mapping.Format == MappingFormat.Segment ? PassedOn(json.RootElement, line) : Calls(column => RowJson.Cell(json.RootElement, column));
        }
        catch (JsonException)
        {
            return MappedRow.Rejected("is not JSON");
        }
        catch (InvalidOperationException) // what the JSON reader says of an escaped half character, \ud83d without its other half
        {
            return MappedRow.Rejected("has half a character");
        }
    }

    public void Dispose() => writer.Dispose();

    private MappedRow Calls(Func<string, string?> cell)
    {
        List<byte[]> calls = new(mapping.Emit.Count);
        foreach (var (index, emit) in mapping.Emit.Index())
        {
            if (emit.When is { } column && string.IsNullOrWhiteSpace(cell(column))) continue;
            if (Write(emit, names[index], cell) is { } reason) return MappedRow.Rejected(reason);
            calls.Add(buffer.WrittenSpan.ToArray());
        }
        return new(calls, null);
    }

    // Into the buffer; the reason where the row cannot be used.
    private string? Write(Emit emit, string name, Func<string, string?> cell)
    {
        string? userId = emit.UserId?.Fill(cell).Trim(), anonymousId = emit.AnonymousId?.Fill(cell).Trim(), @event = emit.Event?.Fill(cell).Trim();
        if (string.IsNullOrEmpty(userId) && string.IsNullOrEmpty(anonymousId)) return $"{(userId is null ? "anonymousId" : "userId")} is empty";
        if (@event is "") return "event is empty";
        var time = emit.Timestamp?.Read(emit.Timestamp.Text.Fill(cell));
        if (time is null && emit.Timestamp is not null) return $"timestamp is not written as {emit.Timestamp.Says}";

        Start();
        writer.WriteString("type", emit.Type == EmitType.Track ? "track" : "identify");
        writer.WriteString("messageId", ids.Of(name));
        if (!string.IsNullOrEmpty(userId)) writer.WriteString("userId", userId);
        if (!string.IsNullOrEmpty(anonymousId)) writer.WriteString("anonymousId", anonymousId);
        if (@event is not null) writer.WriteString("event", @event);
        if (time is { } instant) writer.WriteString("timestamp", instant.UtcDateTime);
        var reason = RowJson.Write(writer, emit.Type == EmitType.Track ? "properties" : "traits", emit.Details, cell);
        if (reason is not null) return reason;
        writer.WriteEndObject();
        writer.Flush();
        return null;
    }

    private void Start()
    {
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
    }

    private MappedRow PassedOn(JsonElement call, ReadOnlyMemory<byte> line)
    {
        if (call.TryGetProperty("messageId", out var id) && id.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)) return new([line.ToArray()], null);
        Start();
        writer.WriteString("messageId", ids.Of(RowIds.NameOf(0, "")));
        foreach (var property in call.EnumerateObject().Where(property => property.Name != "messageId")) property.WriteTo(writer);
        writer.WriteEndObject();
        writer.Flush();
        return new([buffer.WrittenSpan.ToArray()], null);
    }
}

/// <summary>What became of one row.</summary>
/// <param name="Calls">Calls of the Segment spec, each a JSON object in UTF-8; none where the row was rejected or no call was wanted of it.</param>
/// <param name="RejectReason">Why the row could not be used, without anything it says; null where it could.</param>
public sealed record MappedRow(IReadOnlyList<byte[]> Calls, string? RejectReason)
{
    public static MappedRow Rejected(string reason) => new([], reason);
}
