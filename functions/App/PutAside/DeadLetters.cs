using System.Runtime.CompilerServices;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Handlers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.PutAside;

/// <summary>Everything that was put aside, in one list: the bus's dead letters and the rows of quarantine.</summary>
/// <remarks>
/// Replaying puts the work back into its queue before it is taken off the list, so a replay that breaks off has lost nothing, and doing it again
/// does no harm: events count once by their messageId, wakes and steps of a merge find nothing left to do, and a delivery that was claimed is not claimed again.
/// </remarks>
internal sealed class DeadLetters(IPartitionStore store, IBus bus)
{
    private const int MostOfQueue = 500;
    private const string Dead = "dead", InQuarantine = "quarantine";

    /// <summary>The oldest of each queue first, then quarantine.</summary>
    public async IAsyncEnumerable<AsideItem> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var queue in Queue.All)
            foreach (var letter in await LettersAsync(queue, ct)) yield return Item(letter);
        await foreach (var row in store.ScanAsync(Tables.Quarantine, "", "~", ct)) yield return Item(row);
    }

    /// <summary>Null where it is not, or no longer, on the list.</summary>
    public async Task<AsideItem?> FindAsync(string id, CancellationToken ct) =>
        await LetterAsync(id, ct) is { } letter ? Item(letter) : await RowAsync(id, ct) is { } row ? Item(row) : null;

    /// <summary>Has the work done again, as if it had just come in.</summary>
    /// <returns>False where it is no longer on the list.</returns>
    /// <exception cref="NotSupportedException">It is of a kind that cannot be done again.</exception>
    public async Task<bool> ReplayAsync(string id, CancellationToken ct)
    {
        if (await LetterAsync(id, ct) is { } letter) return await ((IDeadLetters)bus).ResubmitAsync(letter, ct);
        if (await RowAsync(id, ct) is not { } row) return false;
        var (queue, bodies) = QuarantineRows.Again(row);
        await bus.SendAsync(queue, [.. bodies.Select(body => new BusMessage(body))], ct);
        await ForgetAsync(row, ct);
        return true;
    }

    /// <summary>Takes the work off the list for good.</summary>
    /// <returns>False where it is no longer there.</returns>
    public async Task<bool> DiscardAsync(string id, CancellationToken ct)
    {
        if (await LetterAsync(id, ct) is { } letter) return await ((IDeadLetters)bus).DiscardAsync(letter, ct);
        if (await RowAsync(id, ct) is not { } row) return false;
        await ForgetAsync(row, ct);
        return true;
    }

    private Task<IReadOnlyList<DeadLetter>> LettersAsync(string queue, CancellationToken ct) => ((IDeadLetters)bus).DeadLettersAsync(queue, MostOfQueue, ct);

    private async Task<DeadLetter?> LetterAsync(string id, CancellationToken ct) =>
        id.Split('-', 3) is [Dead, var queue, var number] && Queue.All.Contains(queue) ? (await LettersAsync(queue, ct)).FirstOrDefault(letter => letter.Id == number) : null;

    private async Task<Row?> RowAsync(string id, CancellationToken ct) =>
        id.StartsWith($"{InQuarantine}-", StringComparison.Ordinal) && id.LastIndexOf('-') is var last && last > InQuarantine.Length
            ? await store.ReadAsync(Tables.Quarantine, id[(InQuarantine.Length + 1)..last], id[(last + 1)..], ct)
            : null;

    private Task ForgetAsync(Row row, CancellationToken ct) => store.CommitAsync(Tables.Quarantine, row.Partition, [new Write.Delete(row.Key)], ct);

    private static AsideItem Item(DeadLetter letter) => new($"{Dead}-{letter.Queue}-{letter.Id}", letter.Queue, letter.At, letter.Reason, DelayedCopy.Of(letter.Body).Body);

    private static AsideItem Item(Row row)
    {
        var (what, reason, content) = QuarantineRows.Read(row);
        return new($"{InQuarantine}-{row.Partition}-{row.Key}", what, null, reason, content);
    }
}
