using System.Collections;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace MarketingAutomation.Bus;

/// <summary>What Service Bus does by question and answer at an entity's <c>$management</c> node.</summary>
/// <remarks>Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response</remarks>
internal sealed class AmqpManagement : IDisposable
{
    private readonly Reopening<AmqpRequests> _requests;

    public AmqpManagement(Reopening<AmqpConnection> connections, string address) => _requests = new(async ct =>
    {
        var connection = await connections.GetAsync(ct);
        await connection.Claims.HaveAsync(address, ct);
        return await AmqpRequests.OpenAsync(connection, $"{address}/$management", ct);
    }, requests => requests.IsOpen);

    /// <returns>The new ends of the locks, in the order asked for.</returns>
    /// <exception cref="AmqpException">One lock at least is lost; none was renewed.</exception>
    public async Task<IReadOnlyList<DateTimeOffset>> RenewAsync(IReadOnlyList<Guid> locks, CancellationToken ct)
    {
        var answer = await AskAsync("com.microsoft:renew-lock", new Map { ["lock-tokens"] = locks.ToArray() }, ct);
        return [.. ((IEnumerable)Field(answer, "expirations")!).Cast<DateTime>().Select(end => AmqpMessages.Instant(end)!.Value)];
    }

    /// <returns>The number by which it can be cancelled until it is due.</returns>
    public async Task<long> ScheduleAsync(Message message, CancellationToken ct)
    {
        var entry = new Map { ["message-id"] = message.Properties?.GetMessageId()?.ToString() ?? "", ["message"] = AmqpBatch.Bytes(message) };
        var answer = await AskAsync("com.microsoft:schedule-message", new Map { ["messages"] = new List<Map> { entry } }, ct);
        return ((IEnumerable)Field(answer, "sequence-numbers")!).Cast<long>().First();
    }

    /// <summary>A scheduled message that is not due yet will never come.</summary>
    public Task CancelAsync(long sequenceNumber, CancellationToken ct) => AskAsync("com.microsoft:cancel-scheduled-message", new Map { ["sequence-numbers"] = new[] { sequenceNumber } }, ct);

    /// <summary>Looks at messages without taking them, also locked and scheduled ones.</summary>
    /// <param name="from">The first sequence number of interest.</param>
    public async Task<IReadOnlyList<Message>> PeekAsync(long from, int most, CancellationToken ct)
    {
        var answer = await AskAsync("com.microsoft:peek-message", new Map { ["from-sequence-number"] = from, ["message-count"] = most }, ct);
        return Field(answer, "messages") is not IEnumerable messages ? [] : [.. messages.Cast<Map>().Select(entry => Decode((byte[])entry["message"]))];
    }

    /// <summary>Settles by lock alone, where the link that the message came by is lost.</summary>
    /// <exception cref="AmqpException">One lock at least is lost; what became of the others is not known.</exception>
    public Task SettleAsync(IReadOnlyList<Guid> locks, AmqpVerdict verdict, CancellationToken ct)
    {
        var body = new Map { ["disposition-status"] = verdict.Disposition, ["lock-tokens"] = locks.ToArray() };
        if (verdict.Aside is var (reason, atUtc))
        {
            body["deadletter-reason"] = reason;
            body["properties-to-modify"] = new Map { [AmqpMessages.PutAsideAt] = atUtc };
        }
        return AskAsync("com.microsoft:update-disposition", body, ct);
    }

    public void Dispose() => _requests.Dispose();

    private async Task<Message> AskAsync(string operation, Map body, CancellationToken ct)
    {
        var question = new Message { BodySection = new AmqpValue { Value = body }, ApplicationProperties = new ApplicationProperties() };
        question.ApplicationProperties["operation"] = operation;
        return await (await _requests.GetAsync(ct)).AskAsync(question, ct);
    }

    private static object? Field(Message answer, string name) => answer.Body is Map map && map.TryGetValue(name, out var value) ? value : null;

    private static Message Decode(byte[] bytes) => Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
}
