using Amqp;

namespace MarketingAutomation.Bus;

/// <summary>The messages a queue has put aside. Service Bus cannot take one by number, so finding one means taking those before it for a moment.</summary>
/// <param name="queues">For sending, peeking and settling.</param>
/// <param name="receivers">Makes a receiver for one operation.</param>
internal sealed class AmqpDeadLetters(Func<string, AmqpQueue> queues, Func<string, AmqpReceiver> receivers, AmqpOptions options) : IDeadLetters
{
    private const int AtOnce = 100;

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string queue, int most, CancellationToken ct)
    {
        var (letters, from) = (new List<DeadLetter>(), 0L);
        while (letters.Count < most && await PeekAsync(queue, from, Math.Min(most - letters.Count, AtOnce), ct) is [_, ..] page)
        {
            letters.AddRange(page.Select(message => ToLetter(queue, message)));
            from = AmqpMessages.SequenceNumber(page[^1]) + 1;
        }
        return letters;
    }

    public Task<bool> ResubmitAsync(DeadLetter letter, CancellationToken ct) =>
        TakeAsync(letter, found => queues(letter.Queue).Sender.SendAsync(() => AmqpMessages.Copy(found.Message, dueUtc: null), ct), ct);

    public Task<bool> DiscardAsync(DeadLetter letter, CancellationToken ct) => TakeAsync(letter, _ => Task.CompletedTask, ct);

    /// <summary>Receives the letter, does something with it, and completes it; the others go back where they were.</summary>
    private async Task<bool> TakeAsync(DeadLetter letter, Func<AmqpHeld, Task> act, CancellationToken ct)
    {
        var number = long.Parse(letter.Id, System.Globalization.CultureInfo.InvariantCulture);
        if (await PeekAsync(letter.Queue, number, 1, ct) is not [var first] || AmqpMessages.SequenceNumber(first) != number) return false;
        var at = queues(Aside(letter.Queue));
        using var receiver = receivers(Aside(letter.Queue));
        var others = new List<AmqpHeld>();
        try
        {
            while (await at.Retry.RunAsync(ct => receiver.TakeAsync(AtOnce, ct), ct) is [_, ..] taken)
            {
                var found = taken.Find(held => AmqpMessages.Id(held.Message) == letter.Id);
                others.AddRange(taken.Where(held => held != found));
                if (found is null) continue;
                await act(found);
                await at.Retry.RunAsync(ct => AmqpSettling.SettleAsync(found, found.Token, at.Management, AmqpVerdict.Complete, options, ct), ct);
                return true;
            }
            return false; // somebody else has it under lock
        }
        finally
        {
            others.AddRange(await receiver.CloseAsync());
            await AmqpSettling.GiveBackAsync(others, at.Management, options);
        }
    }

    private Task<IReadOnlyList<Message>> PeekAsync(string queue, long from, int most, CancellationToken ct)
    {
        var at = queues(Aside(queue));
        return at.Retry.RunAsync(ct => at.Management.PeekAsync(from, most, ct), ct);
    }

    private static DeadLetter ToLetter(string queue, Message message) => new(
        queue,
        AmqpMessages.Id(message),
        AmqpMessages.Instant(AmqpMessages.Property(message, AmqpMessages.PutAsideAt)) ?? AmqpMessages.EnqueuedAt(message) ?? default,
        AmqpMessages.Property(message, AmqpMessages.Reason) as string ?? "",
        AmqpMessages.DeliveriesBefore(message),
        AmqpMessages.Body(message));

    private static string Aside(string queue) => $"{queue}/$deadletterqueue";
}
