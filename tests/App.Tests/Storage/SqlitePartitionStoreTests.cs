namespace MarketingAutomation.Storage;

public sealed class SqlitePartitionStoreTests : PartitionStoreContract, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly SqliteFile _file;

    public SqlitePartitionStoreTests() => Store = new SqlitePartitionStore(_file = new(_folder.File, durable: false));

    private protected override IPartitionStore Store { get; }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("table")]
    [InlineData("select")]
    public async Task A_table_may_be_called_like_a_word_of_SQL(string table)
    {
        await Store.CommitAsync(table, "p", [new Write.Insert("a", [1])], Ct);
        Assert.Equal([1], Assert.Single(await Store.ScanAsync(table, "", "~", Ct).ToListAsync(Ct)).Value);
    }

    [Fact]
    public async Task Rows_and_etags_outlive_the_process()
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1]), new Write.Insert("b", [2])], Ct);
        var before = await Store.ReadRangeAsync(Table, "p", "a", "z", Ct);
        _file.Dispose();
        using var reopened = new SqliteFile(_folder.File);
        var store = new SqlitePartitionStore(reopened);
        Assert.Equivalent(before, await store.ReadRangeAsync(Table, "p", "a", "z", Ct), strict: true);
        await store.CommitAsync(Table, "p", [new Write.Delete("a")], Ct);
        await store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        await Assert.ThrowsAsync<CommitConflictException>(() => store.CommitAsync(Table, "p", [new Write.Replace("a", [2], before[0].ETag)], Ct));
    }

    [Fact]
    public async Task Another_process_sees_our_rows_and_takes_part_in_our_conflicts()
    {
        using var otherFile = new SqliteFile(_folder.File, durable: false);
        var other = new SqlitePartitionStore(otherFile);
        Assert.Null(await other.ReadAsync(Table, "p", "a", Ct));
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        var seen = (await other.ReadAsync(Table, "p", "a", Ct))!;
        await other.CommitAsync(Table, "p", [new Write.Replace("a", [2], seen.ETag)], Ct);
        await Assert.ThrowsAsync<CommitConflictException>(() => Store.CommitAsync(Table, "p", [new Write.Replace("a", [3], seen.ETag)], Ct));
        Assert.Equal([2], (await Store.ReadAsync(Table, "p", "a", Ct))!.Value);
    }

    [Fact]
    public async Task Two_processes_that_count_in_one_row_lose_no_update()
    {
        using var otherFile = new SqliteFile(_folder.File, durable: false);
        await Store.CommitAsync(Table, "p", [new Write.Insert("count", [0])], Ct);
        await Task.WhenAll(((IPartitionStore[])[Store, new SqlitePartitionStore(otherFile)]).Select(store => Task.Run(async () =>
        {
            for (var done = 0; done < 50;)
            {
                var count = (await store.ReadAsync(Table, "p", "count", Ct))!;
                try
                {
                    await store.CommitAsync(Table, "p", [new Write.Replace("count", [(byte)(count.Value[0] + 1)], count.ETag)], Ct);
                    done++;
                }
                catch (CommitConflictException)
                {
                    continue; // somebody else was first: start over
                }
            }
        }, Ct)));
        Assert.Equal(100, (await Store.ReadAsync(Table, "p", "count", Ct))!.Value[0]);
    }

    [Fact]
    public async Task A_scan_holds_no_more_than_a_page_of_large_rows()
    {
        var value = new byte[CommitLimits.ValueBytes];
        for (var i = 0; i < 40; i++) await Store.CommitAsync(Table, $"p{i:d2}", [new Write.Insert("a", value)], Ct);
        var values = new List<WeakReference>();
        await foreach (var row in Store.ScanAsync(Table, "p", "q", Ct))
        {
            values.Add(new(row.Value));
            GC.Collect();
            Assert.InRange(values.Count(held => held.IsAlive), 1, 8); // pages of 4 MiB, and one may be on its way out
        }
        Assert.Equal(40, values.Count);
    }

    [Fact]
    public async Task Nothing_works_once_the_file_is_closed()
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        _file.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.CommitAsync(Table, "p", [new Write.Insert("b", [])], Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.ReadAsync(Table, "p", "a", Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.ScanAsync(Table, "p", "q", Ct).ToListAsync(Ct));
    }
}
