namespace MarketingAutomation.Storage;

/// <summary>The rows of all accounts in one order, as long as no shard is on its way.</summary>
internal sealed class ShardScan : IAsyncDisposable
{
    private readonly ShardedPartitionStore _store;
    private readonly ShardMap _map;
    private readonly List<Source> _sources;
    private readonly CancellationToken _ct;

    public ShardScan(ShardedPartitionStore store, ShardMap map, string table, (string Partition, string Key) after, string toPartition, CancellationToken ct)
    {
        (_store, _map, _ct) = (store, map, ct);
        _sources = [.. store.Homes(map).Select(account => new Source(account, account.ScanPagesAsync(table, after, toPartition, ct).GetAsyncEnumerator(ct)))];
    }

    /// <summary>A shard has been closed or has changed its account: begin again after the last row.</summary>
    public bool Moved { get; private set; }

    /// <summary>The next row; null at the end, or when <see cref="Moved"/>.</summary>
    public async ValueTask<Row?> NextAsync()
    {
        foreach (var source in _sources)
            while (source.Waiting.Count == 0 && !source.Ended)
                if (!await FillAsync(source)) return null;
        var first = _sources.Where(source => source.Waiting.Count > 0).MinBy(source => source.Waiting.Peek(), Comparer<Row>.Create(Compare));
        return first?.Waiting.Dequeue();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) await source.Pages.DisposeAsync();
    }

    private async ValueTask<bool> FillAsync(Source source)
    {
        source.Ended = !await source.Pages.MoveNextAsync();
        var now = (await _store.Maps.LeaseAsync(_ct)).Map; // the page, or the end, counts only if it was at home there when read
        Moved = !now.HasSameHomes(_map);
        if (Moved) return false;
        if (source.Ended) return true;
        foreach (var row in source.Pages.Current)
            if (_store.IsHome(_map, source.Account, row.Partition)) source.Waiting.Enqueue(row);
        return true;
    }

    private static int Compare(Row a, Row b) => string.CompareOrdinal(a.Partition, b.Partition) is not 0 and var order ? order : string.CompareOrdinal(a.Key, b.Key);

    private sealed record Source(TablePartitionStore Account, IAsyncEnumerator<IReadOnlyList<Row>> Pages)
    {
        public Queue<Row> Waiting { get; } = [];

        public bool Ended { get; set; }
    }
}
