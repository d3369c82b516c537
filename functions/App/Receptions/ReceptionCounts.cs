using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Receptions;

/// <summary>Counts how messages of the last hours or days were received, by journey, topic and mailbox provider.</summary>
/// <remarks>Hours count whole. A journey that was stopped and goes on again is counted from that instant: what led to the stop does not lead to another.</remarks>
internal sealed class ReceptionCounts(IPartitionStore store, TimeProvider clock)
{
    // So long after its end an hour is summed up: by then what was sent in it is written down.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    private const int MostRows = 100;

    /// <param name="within">Counts messages sent in the last span of time.</param>
    public async Task<IReadOnlyList<Reception>> ReadAsync(TimeSpan within, ControlSet controls, CancellationToken ct)
    {
        var from = clock.GetUtcNow() - within;
        Sums New() => new(journey => LaterOf(from, Since(controls, journey)), journey => Since(controls, journey));
        var (sums, open) = (New(), new SortedDictionary<string, Sums>(StringComparer.Ordinal));
        await foreach (var row in store.ScanAsync(Tables.Receptions, ReceptionRows.Sent + ReceptionRows.Hour(from), ReceptionRows.SentEnd, ct))
        {
            var (hour, _, at, line) = ReceptionRows.Read(row);
            if (!open.TryGetValue(hour, out var sent)) open.Add(hour, sent = New());
            sent.Add(hour, at, line);
        }
        // The sums of hours only now: of an hour whose rows were taken away while we read them there is one.
        foreach (var row in await store.ReadRangeAsync(Tables.Receptions, ReceptionRows.Tally, ReceptionRows.Hour(from), "~", ct))
        {
            open.Remove(row.Key);
            foreach (var line in ReceptionRows.Unpack(row)) sums.Add(row.Key, null, line);
        }
        foreach (var (hour, sent) in open)
            foreach (var line in sent.Lines) sums.Add(hour, null, line);
        await foreach (var row in store.ScanAsync(Tables.Receptions, ReceptionRows.Reactions + ReceptionRows.Hour(from), ReceptionRows.ReactionsEnd, ct))
        {
            var (hour, _, at, line) = ReceptionRows.Read(row);
            sums.Add(hour, at, line);
        }
        return sums.Lines;
    }

    /// <summary>Sums up hours that are over, each once, and takes their messages' rows away: what is kept does not grow with the messages.</summary>
    public async Task CloseAsync(ControlSet controls, CancellationToken ct)
    {
        var end = ReceptionRows.Sent + ReceptionRows.Hour(clock.GetUtcNow() - Settled);
        string? open = null;
        Sums sums = new(journey => Since(controls, journey), journey => Since(controls, journey));
        await foreach (var row in store.ScanAsync(Tables.Receptions, ReceptionRows.Sent, end, ct))
        {
            var (hour, _, at, line) = ReceptionRows.Read(row);
            if (open is not null && open != hour)
            {
                await CloseAsync(open, sums, ct);
                sums = new(journey => Since(controls, journey), journey => Since(controls, journey));
            }
            open = hour;
            sums.Add(hour, at, line);
        }
        if (open is null) return;
        await CloseAsync(open, sums, ct);
        await ForgetAsync(end, ct);
    }

    private async Task CloseAsync(string hour, Sums sums, CancellationToken ct)
    {
        try
        {
            await store.CommitAsync(Tables.Receptions, ReceptionRows.Tally, [new Write.Insert(hour, ReceptionRows.Pack(sums.Lines))], ct);
        }
        catch (CommitConflictException) { } // it is summed up already: these are rows that nobody could take away yet, or that came too late to count
    }

    // Only now that the sums are kept, so that none is ever made of what another has left.
    private async Task ForgetAsync(string end, CancellationToken ct)
    {
        List<Row> together = [];
        await foreach (var row in store.ScanAsync(Tables.Receptions, ReceptionRows.Sent, end, ct))
        {
            if (together is [var first, ..] && (first.Partition != row.Partition || together.Count == MostRows)) await ForgetAsync(together, ct);
            together.Add(row);
        }
        await ForgetAsync(together, ct);
    }

    private async Task ForgetAsync(List<Row> rows, CancellationToken ct)
    {
        if (rows is [var first, ..]) await store.CommitAsync(Tables.Receptions, first.Partition, [.. rows.Select(row => new Write.Delete(row.Key))], ct);
        rows.Clear();
    }

    // Since when a journey goes on, where it was stopped before.
    private static DateTimeOffset Since(ControlSet controls, string journey) =>
        controls.Of(ControlScope.OfJourney(journey)) is { Stop: Stop.None, Since: var since } ? since : DateTimeOffset.MinValue;

    private static DateTimeOffset LaterOf(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <param name="from">An hour counts that ends after this.</param>
    /// <param name="since">Of an hour that counts, messages sent from this instant on.</param>
    private sealed class Sums(Func<string, DateTimeOffset> from, Func<string, DateTimeOffset> since)
    {
        private readonly Dictionary<(string Journey, string Topic, string? Domain), Reception> sums = [];

        public IReadOnlyList<Reception> Lines => [.. sums.Values
            .OrderBy(line => line.Journey, StringComparer.Ordinal).ThenBy(line => line.Topic, StringComparer.Ordinal).ThenBy(line => line.Domain, StringComparer.Ordinal)];

        /// <param name="at">When the message was sent; null for a sum, which holds no others.</param>
        public void Add(string hour, DateTimeOffset? at, Reception line)
        {
            if (ReceptionRows.Begin(hour).AddHours(1) <= from(line.Journey) || at < since(line.Journey)) return;
            var key = (line.Journey, line.Topic, line.Domain);
            sums[key] = sums.TryGetValue(key, out var sum) ? Reception.Sum([sum, line]) : line;
        }
    }
}
