using System.Text;

namespace MarketingAutomation.Storage;

/// <summary>What every adapter of <see cref="IPartitionStore"/> does. Tests keep to partitions of their own, so that a store may be shared.</summary>
/// <param name="prefix">Of the partitions' keys.</param>
public abstract class PartitionStoreContract(string prefix = "p-")
{
    private protected const string Table = "contract";

    private readonly string _partition = $"{prefix}{Guid.NewGuid():n}";

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected abstract IPartitionStore Store { get; }

    [Fact]
    public async Task What_was_committed_is_read_at_once()
    {
        await CommitAsync(new Write.Insert("state", [1, 2, 3]), new Write.Put("log-1", []));
        var state = await ReadAsync("state");
        Assert.Equal((_partition, "state"), (state?.Partition, state?.Key));
        Assert.Equal([1, 2, 3], state!.Value);
        Assert.Empty((await ReadAsync("log-1"))!.Value);
    }

    [Fact]
    public async Task A_commit_tells_the_ETag_of_its_first_row_if_any_and_the_next_may_rely_on_it()
    {
        var inserted = await Store.CommitAsync(Table, _partition, [new Write.Insert("state", [1]), new Write.Put("log-1", [1])], Ct);
        Assert.Equal((await ReadAsync("state"))!.ETag, inserted);
        var replaced = await Store.CommitAsync(Table, _partition, [new Write.Replace("state", [2], inserted!), new Write.Delete("log-1")], Ct);
        Assert.Equal((await ReadAsync("state"))!.ETag, replaced);
        await ConflictAsync(new Write.Replace("state", [3], inserted!));
        Assert.Null(await Store.CommitAsync(Table, _partition, [new Write.Delete("gone"), new Write.Put("log-2", [])], Ct));
        Assert.Null(await Store.CommitAsync(Table, _partition, [new Write.Delete("log-2")], Ct));
    }

    [Fact]
    public async Task A_row_that_was_never_written_is_null()
    {
        await CommitAsync(new Write.Insert("a", []));
        Assert.Null(await ReadAsync("b"));
        Assert.Null(await Store.ReadAsync(Table, _partition + "x", "a", Ct));
    }

    [Fact]
    public async Task A_table_that_was_never_written_is_empty()
    {
        var table = Letters();
        Assert.Null(await Store.ReadAsync(table, _partition, "a", Ct));
        Assert.Empty(await Store.ReadRangeAsync(table, _partition, "a", "z", Ct));
        Assert.Empty(await Store.ScanAsync(table, "a", "z", Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_table_comes_into_being_when_written_also_where_it_was_read_before()
    {
        var table = Letters();
        Assert.Null(await Store.ReadAsync(table, _partition, "a", Ct));
        await Store.CommitAsync(table, _partition, [new Write.Insert("a", [1])], Ct);
        Assert.NotNull(await Store.ReadAsync(table, _partition, "a", Ct));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public async Task A_row_cannot_be_inserted_twice()
    {
        await CommitAsync(new Write.Insert("a", [1]));
        var conflict = await ConflictAsync(new Write.Insert("a", [2]));
        Assert.Equal((Table, _partition, "a"), (conflict.Table, conflict.Partition, conflict.Key));
        Assert.Equal([1], (await ReadAsync("a"))!.Value);
    }

    [Fact]
    public async Task A_row_is_replaced_only_as_it_was_read()
    {
        await CommitAsync(new Write.Insert("a", [1]));
        var read = (await ReadAsync("a"))!;
        await CommitAsync(new Write.Replace("a", [2], read.ETag));
        await ConflictAsync(new Write.Replace("a", [3], read.ETag));
        Assert.Equal([2], (await ReadAsync("a"))!.Value);
    }

    [Fact]
    public async Task A_row_that_is_gone_cannot_be_replaced()
    {
        await CommitAsync(new Write.Insert("a", [1]));
        var read = (await ReadAsync("a"))!;
        await CommitAsync(new Write.Delete("a"));
        await ConflictAsync(new Write.Replace("a", [2], read.ETag));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public async Task A_row_that_went_and_came_back_the_same_is_another_row()
    {
        await CommitAsync(new Write.Insert("a", [1]));
        var before = (await ReadAsync("a"))!;
        await CommitAsync(new Write.Delete("a"));
        await CommitAsync(new Write.Insert("a", [1]));
        await ConflictAsync(new Write.Replace("a", [2], before.ETag));
    }

    [Fact]
    public async Task Every_write_of_a_row_gives_it_another_etag()
    {
        var etags = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 10; i++)
        {
            await CommitAsync(new Write.Put("a", [1]));
            Assert.True(etags.Add((await ReadAsync("a"))!.ETag));
        }
    }

    [Fact]
    public async Task What_may_be_gone_already_can_be_put_and_deleted()
    {
        await CommitAsync(new Write.Put("a", [1]), new Write.Delete("b"));
        await CommitAsync(new Write.Put("a", [2]));
        Assert.Equal([2], (await ReadAsync("a"))!.Value);
        await CommitAsync(new Write.Delete("a"));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public async Task A_conflict_anywhere_in_a_commit_leaves_everything_as_it_was()
    {
        await CommitAsync(new Write.Insert("a", [1]), new Write.Insert("b", [1]), new Write.Insert("z", [1]));
        var before = await ReadAllAsync();
        var conflict = await ConflictAsync(new Write.Put("a", [2]), new Write.Delete("b"), new Write.Insert("c", [2]), new Write.Insert("z", [2]));
        Assert.Equal("z", conflict.Key);
        Assert.Equivalent(before, await ReadAllAsync(), strict: true);
    }

    [Fact]
    public async Task Partitions_do_not_see_each_others_rows()
    {
        await CommitAsync(new Write.Insert("a", [1]));
        await Store.CommitAsync(Table, _partition + "-other", [new Write.Insert("a", [2])], Ct);
        Assert.Equal([1], Assert.Single(await ReadAllAsync()).Value);
    }

    [Fact]
    public async Task Keys_are_in_order_of_their_code_points()
    {
        string[] inOrder = ["-", "0", "10", "9", "A", "Z", "_", "a", "a-1", "a0", "aA", "aa", "a~", "id-1", "log-1", "state", "state-1", "state-10", "state-2", "todo-1", "todo~", "~"];
        foreach (var chunk in inOrder.Reverse().Chunk(5)) await CommitAsync([.. chunk.Select(key => new Write.Insert(key, Encoding.ASCII.GetBytes(key)))]);
        var rows = await ReadAllAsync();
        Assert.Equal(inOrder, rows.Select(row => row.Key));
        Assert.Equal(inOrder, rows.Select(row => Encoding.ASCII.GetString(row.Value)));
    }

    [Theory]
    [InlineData("b", "d", "b c c-1")]
    [InlineData("b", "c", "b")]
    [InlineData("c", "c~", "c c-1")]
    [InlineData("a~", "b", "")]
    [InlineData("", "b", "a")]
    [InlineData("c-1", "~", "c-1 d")]
    [InlineData("d", "b", "")]
    public async Task A_range_includes_its_start_and_excludes_its_end(string from, string to, string expected)
    {
        await CommitAsync([.. "a b c c-1 d".Split(' ').Select(key => new Write.Insert(key, []))]);
        Assert.Equal(expected, string.Join(' ', (await Store.ReadRangeAsync(Table, _partition, from, to, Ct)).Select(row => row.Key)));
    }

    [Fact]
    public async Task A_value_past_64_KiB_comes_back_as_it_was()
    {
        var value = Bytes((64 << 10) + 1);
        await CommitAsync(new Write.Insert("a", value));
        Assert.Equal(value, (await ReadAsync("a"))!.Value);
    }

    [Fact]
    public async Task A_hundred_rows_of_nearly_2_and_a_half_MiB_are_one_commit()
    {
        var value = Bytes(26_000);
        await CommitAsync([.. Enumerable.Range(0, 100).Select(i => new Write.Insert($"log-{i:d3}", value))]);
        var rows = await ReadAllAsync();
        Assert.Equal(100, rows.Count);
        Assert.All(rows, row => Assert.Equal(value, row.Value));
    }

    [Fact]
    public async Task A_hundred_rows_with_the_longest_and_strangest_keys_are_one_commit()
    {
        var (partition, value) = (_partition + new string('\'', CommitLimits.KeyLength - _partition.Length), Bytes(25_900));
        var keys = Enumerable.Range(0, 100).Select(i => $"{i:d2}".PadRight(CommitLimits.KeyLength, '+')).ToArray();
        await Store.CommitAsync(Table, partition, [.. keys.Select(key => new Write.Put(key, value))], Ct);
        await Store.CommitAsync(Table, partition, [.. keys.Select(key => new Write.Put(key, value))], Ct);
        Assert.Equal(keys, (await Store.ReadRangeAsync(Table, partition, "0", "\x7f", Ct)).Select(row => row.Key));
    }

    [Theory]
    [InlineData(1)]
    [InlineData((64 << 10) - 1)]
    [InlineData(64 << 10)]
    [InlineData((128 << 10) + 1)]
    [InlineData(CommitLimits.ValueBytes)]
    public async Task A_value_may_have_any_length_up_to_704_KiB(int length)
    {
        var value = Bytes(length);
        await CommitAsync(new Write.Insert("a", value));
        await CommitAsync(new Write.Put("a", value));
        Assert.Equal(value, (await ReadAsync("a"))!.Value);
        Assert.Equal(value, Assert.Single(await ReadAllAsync()).Value);
    }

    [Fact]
    public async Task Every_character_that_is_allowed_in_keys_is_kept_and_ordered()
    {
        var characters = Enumerable.Range(' ', '~' - ' ' + 1).Select(c => $"{(char)c}").Where(CommitLimits.IsKey).ToArray();
        var all = string.Concat(characters);
        foreach (var partition in (string[])[_partition + all, _partition + "'", _partition + " "])
        {
            string[] keys = [.. characters, .. characters.Select(c => $"a{c}"), .. characters.Select(c => $"{c}{c}"), all];
            foreach (var chunk in keys.Distinct().Chunk(100)) await Store.CommitAsync(Table, partition, [.. chunk.Select(key => new Write.Insert(key, Encoding.ASCII.GetBytes(key)))], Ct);
            var rows = await Store.ReadRangeAsync(Table, partition, "", "\x7f", Ct);
            Assert.Equal(keys.Distinct().Order(StringComparer.Ordinal), rows.Select(row => row.Key));
            foreach (var row in rows) Assert.Equal((partition, row.Key), (await Store.ReadAsync(Table, partition, row.Key, Ct)) is { } read ? (read.Partition, Encoding.ASCII.GetString(read.Value)) : default);
            foreach (var chunk in rows.Chunk(100)) await Store.CommitAsync(Table, partition, [.. chunk.Select((row, i) => i % 2 == 0 ? (Write)new Write.Replace(row.Key, [1], row.ETag) : new Write.Delete(row.Key))], Ct);
            Assert.Equal((rows.Count + rows.Chunk(100).Count(chunk => chunk.Length % 2 == 1)) / 2, (await Store.ReadRangeAsync(Table, partition, "", "\x7f", Ct)).Count);
        }
    }

    [Theory]
    [InlineData("a%b")]
    [InlineData("a,b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    public async Task What_no_row_can_be_called_is_no_row(string key)
    {
        await CommitAsync(new Write.Insert("a", []));
        Assert.Null(await ReadAsync(key));
        Assert.Null(await Store.ReadAsync(Table, key, "a", Ct));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(new Write.Insert(key, [])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Customers")]
    [InlineData("a_b")]
    [InlineData("a\" (x); --")]
    public async Task A_table_whose_name_is_not_plain_letters_is_refused(string table)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.CommitAsync(table, "p", [new Write.Insert("a", [])], Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ReadAsync(table, "p", "a", Ct));
    }

    [Fact]
    public async Task A_hundred_rows_that_may_be_gone_are_deleted_at_once()
    {
        await CommitAsync([.. Enumerable.Range(0, 50).Select(i => new Write.Insert($"{i:d2}", []))]);
        await CommitAsync([.. Enumerable.Range(0, 100).Select(i => new Write.Delete($"{i:d2}"))]);
        Assert.Empty(await ReadAllAsync());
        await CommitAsync([.. Enumerable.Range(0, 100).Select(i => new Write.Delete($"{i:d2}"))]);
    }

    [Fact]
    public async Task A_commit_past_its_limits_is_refused_and_writes_nothing()
    {
        await RefusedAsync();
        await RefusedAsync([.. Enumerable.Range(0, 101).Select(i => new Write.Insert($"{i}", []))]);
        await RefusedAsync(new Write.Put("a", []), new Write.Delete("a"));
        await RefusedAsync([.. Enumerable.Range(0, 40).Select(i => new Write.Insert($"{i}", new byte[64 << 10]))]);
        await RefusedAsync(new Write.Put("a", new byte[CommitLimits.ValueBytes + 1]));
        await RefusedAsync(new Write.Put(new string('a', CommitLimits.KeyLength + 1), []));
        Assert.Empty(await ReadAllAsync());

        async Task RefusedAsync(params Write[] writes) => await Assert.ThrowsAnyAsync<ArgumentException>(() => CommitAsync(writes));
    }

    [Fact]
    public async Task Concurrent_writers_to_one_partition_lose_no_update()
    {
        await CommitAsync(new Write.Insert("count", BitConverter.GetBytes(0)));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++) await IncrementAsync();
        }, Ct)));
        Assert.Equal(200, BitConverter.ToInt32((await ReadAsync("count"))!.Value));
    }

    [Fact]
    public async Task A_scan_goes_through_partitions_then_keys_in_order()
    {
        foreach (var partition in (string[])["c", "a-1", "b", "a", "d"])
            await Store.CommitAsync(Table, _partition + partition, [new Write.Insert("2", []), new Write.Insert("1", [])], Ct);
        var rows = await Store.ScanAsync(Table, _partition + "a", _partition + "d", Ct).ToListAsync(Ct);
        Assert.Equal(["a 1", "a 2", "a-1 1", "a-1 2", "b 1", "b 2", "c 1", "c 2"], rows.Select(row => $"{row.Partition[_partition.Length..]} {row.Key}"));
    }

    [Fact]
    public async Task A_scan_sees_each_standing_row_once_while_others_write()
    {
        for (var i = 0; i < 25; i++) await Store.CommitAsync(Table, $"{_partition}{i:d2}", [.. Enumerable.Range(0, 100).Select(k => new Write.Insert($"{k:d3}-standing", [0]))], Ct);
        var standing = 0;
        var last = (Partition: "", Key: "");
        await foreach (var row in Store.ScanAsync(Table, _partition, _partition + "~", Ct))
        {
            Assert.True((string.CompareOrdinal(row.Partition, last.Partition), string.CompareOrdinal(row.Key, last.Key)) is ( > 0, _) or (0, > 0));
            last = (row.Partition, row.Key);
            if (!row.Key.EndsWith("standing", StringComparison.Ordinal)) continue;
            standing++;
            if (standing % 250 == 0) await Store.CommitAsync(Table, $"{_partition}{standing % 25:d2}", [new Write.Put("050-late", []), new Write.Put("000-standing", [1]), new Write.Put($"{standing:d4}-passing", [])], Ct);
        }
        Assert.Equal(2500, standing);
    }

    [Fact]
    public async Task A_cancelled_caller_is_told_so()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadAsync(Table, _partition, "a", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.CommitAsync(Table, _partition, [new Write.Insert("a", [])], cancelled));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public Task Any_sequence_of_commits_leaves_what_a_dictionary_would_hold() =>
        PartitionStoreModel.Commits.SampleAsync(commits => PartitionStoreModel.CheckAsync(Store, Table, $"{_partition}-{Guid.NewGuid():n}", commits), iter: 200);

    private Task CommitAsync(params Write[] writes) => Store.CommitAsync(Table, _partition, writes, Ct);

    private Task<CommitConflictException> ConflictAsync(params Write[] writes) => Assert.ThrowsAsync<CommitConflictException>(() => CommitAsync(writes));

    private Task<Row?> ReadAsync(string key) => Store.ReadAsync(Table, _partition, key, Ct);

    private Task<IReadOnlyList<Row>> ReadAllAsync() => Store.ReadRangeAsync(Table, _partition, "", "\x7f", Ct);

    private async Task IncrementAsync()
    {
        for (; ; )
        {
            var count = (await ReadAsync("count"))!;
            try
            {
                await CommitAsync(new Write.Replace("count", BitConverter.GetBytes(BitConverter.ToInt32(count.Value) + 1), count.ETag));
                return;
            }
            catch (CommitConflictException)
            {
                continue; // somebody else was first: start over
            }
        }
    }

    private static string Letters() => string.Concat(Guid.NewGuid().ToByteArray().Select(b => (char)('a' + b % 26)));

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7 + i / 251))];
}
