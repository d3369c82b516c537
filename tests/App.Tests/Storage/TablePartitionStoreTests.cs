using Azure.Core;

namespace MarketingAutomation.Storage;

public sealed class TablePartitionStoreTests(Azurite azurite) : PartitionStoreContract, IAsyncLifetime
{
    private static readonly Fault[] Faults = Enum.GetValues<Fault>();

    private readonly RoundTrips _trips = new();
    private string _account = "";
    private TablePartitionStore _store = null!;
    private Func<Request, Fault> _fault = _ => Fault.None;

    private protected override IPartitionStore Store => _store;

    public async ValueTask InitializeAsync()
    {
        _account = (await azurite.TakeAccountsAsync(1))[0];
        _store = Open();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Fault.Cut, 2)]
    [InlineData(Fault.AnswerLost, 1)]
    [InlineData(Fault.Busy, 2)]
    [InlineData(Fault.TooMany, 2)]
    [InlineData(Fault.TimedOut, 2)]
    [InlineData(Fault.TimedOutAfter, 1)]
    internal async Task A_commit_without_a_clear_answer_is_done_once(Fault fault, int commits)
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("old", [1]), new Write.Insert("gone", [])], Ct);
        var old = (await Store.ReadAsync(Table, "p", "old", Ct))!;
        var before = _trips.Commits;
        Once(fault);
        await Store.CommitAsync(Table, "p", [new Write.Insert("new", [2]), new Write.Replace("old", [3], old.ETag), new Write.Delete("gone")], Ct);
        Assert.Equal(["new 2", "old 3"], await RowsAsync());
        Assert.Equal(commits, _trips.Commits - before);
    }

    [Theory]
    [InlineData(Fault.AnswerLost)]
    [InlineData(Fault.TimedOut)]
    internal async Task A_commit_that_was_overtaken_while_its_answer_was_lost_conflicts(Fault fault)
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        var read = (await Store.ReadAsync(Table, "p", "a", Ct))!;
        await Open().CommitAsync(Table, "p", [new Write.Put("a", [2])], Ct);
        Once(fault);
        var conflict = await Assert.ThrowsAsync<CommitConflictException>(() => Store.CommitAsync(Table, "p", [new Write.Insert("b", []), new Write.Replace("a", [3], read.ETag)], Ct));
        Assert.Equal("a", conflict.Key);
        Assert.Equal(["a 2"], await RowsAsync());
    }

    [Fact]
    public async Task A_first_try_that_arrives_after_the_second_changes_nothing()
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        var read = (await Store.ReadAsync(Table, "p", "a", Ct))!;
        Write[] writes = [new Write.Replace("a", [2], read.ETag), new Write.Insert("log", [])];
        var commit = Guid.NewGuid();
        await _store.CommitAsync(Table, "p", writes, commit, sent: true, Ct); // the second
        await Open().CommitAsync(Table, "p", [new Write.Put("a", [3])], Ct);  // somebody else's
        await _store.CommitAsync(Table, "p", writes, commit, sent: true, Ct); // the first, late; its caller is told that it is done
        Assert.Equal(["a 3", "log"], await RowsAsync());
    }

    [Fact]
    public async Task Deleting_is_done_once_too()
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", []), new Write.Insert("b", [])], Ct);
        Once(Fault.AnswerLost);
        await Store.CommitAsync(Table, "p", [new Write.Delete("a"), new Write.Delete("b")], Ct);
        Assert.Empty(await RowsAsync());
    }

    [Theory]
    [InlineData(Fault.Cut)]
    [InlineData(Fault.AnswerLost)]
    [InlineData(Fault.Busy)]
    [InlineData(Fault.TooMany)]
    [InlineData(Fault.TimedOut)]
    internal async Task A_read_is_tried_again(Fault fault)
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        Once(fault, _ => true);
        Assert.NotNull(await Store.ReadAsync(Table, "p", "a", Ct));
        Once(fault, _ => true);
        Assert.Single(await Store.ReadRangeAsync(Table, "p", "a", "b", Ct));
        Once(fault, _ => true);
        Assert.Single(await Store.ScanAsync(Table, "p", "q", Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_storage_that_stays_away_is_said_to_be_busy_and_works_when_it_is_back()
    {
        _fault = _ => Fault.Busy;
        await Assert.ThrowsAsync<StoreBusyException>(() => Store.ReadAsync(Table, "p", "a", Ct));
        await Assert.ThrowsAsync<StoreBusyException>(() => Store.ReadRangeAsync(Table, "p", "a", "b", Ct));
        await Assert.ThrowsAsync<StoreBusyException>(() => Store.CommitAsync(Table, "p", [new Write.Put("a", [1])], Ct));
        Assert.Equal(2 * Quick.MostTries + 1 + Quick.MostTries, _trips.All); // a commit is looked up before it is sent again, and that is tried as often as any read
        _fault = _ => Fault.None;
        await Store.CommitAsync(Table, "p", [new Write.Put("a", [1])], Ct);
        Assert.Equal(["a 1"], await RowsAsync());
    }

    [Fact]
    public async Task Wrong_keys_are_refused_at_once_and_not_repeated_in_the_error()
    {
        var key = Convert.ToBase64String(new byte[64]);
        var store = new TablePartitionStore(TableAccount.FromConnectionString(System.Text.RegularExpressions.Regex.Replace(_account, "AccountKey=[^;]*", $"AccountKey={key}"), Quick with { RoundTrips = _trips }), TimeProvider.System);
        var before = _trips.All;
        var refused = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => store.ReadAsync(Table, "p", "a", Ct));
        Assert.Equal(403, refused.Status);
        Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _trips.All - before);
    }

    [Fact]
    public async Task A_read_a_range_and_a_commit_are_one_round_trip_each()
    {
        await Store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
        var (commits, reads, others) = (_trips.Commits, _trips.Reads, _trips.Others);
        await Store.CommitAsync(Table, "p", [.. Enumerable.Range(0, 100).Select(i => new Write.Insert($"{i}", []))], Ct);
        await Store.ReadAsync(Table, "p", "a", Ct);
        await Store.ReadRangeAsync(Table, "p", "", "z", Ct);
        Assert.Equal((1, 2, 0), (_trips.Commits - commits, _trips.Reads - reads, _trips.Others - others));
    }

    [Fact]
    public async Task The_largest_commit_is_under_4_MiB_on_the_wire()
    {
        var longest = 0L;
        _fault = request =>
        {
            if (request.Content?.TryComputeLength(out var length) == true) longest = Math.Max(longest, length);
            return Fault.None;
        };
        var (partition, value) = (new string('\'', CommitLimits.KeyLength), new byte[(CommitLimits.Bytes - 1) / 100 - CommitLimits.KeyLength]);
        new Random(1).NextBytes(value);
        await Store.CommitAsync(Table, partition, [.. Enumerable.Range(0, 100).Select(i => new Write.Put($"{i:d2}".PadRight(CommitLimits.KeyLength, '+'), value))], Ct);
        Assert.InRange(longest, 3 << 20, (4 << 20) - 1);
    }

    [Fact]
    public async Task A_long_partition_is_read_in_pages()
    {
        for (var i = 0; i < 25; i++) await Store.CommitAsync(Table, "p", [.. Enumerable.Range(0, 100).Select(k => new Write.Insert($"{i:d2}{k:d2}", []))], Ct);
        var before = _trips.Reads;
        Assert.Equal(2500, (await Store.ReadRangeAsync(Table, "p", "", "~", Ct)).Count);
        Assert.Equal(3, _trips.Reads - before);
    }

    [Fact]
    public Task Any_sequence_of_commits_under_faults_leaves_what_a_dictionary_would_hold()
    {
        var (random, left) = (new Random(7), 0);
        _fault = _ => left++ % 3 == 0 ? Faults[random.Next(Faults.Length)] : Fault.None; // never more in a row than there are tries
        return PartitionStoreModel.Commits.SampleAsync(commits => PartitionStoreModel.CheckAsync(Store, Table, $"{Guid.NewGuid():n}", commits), iter: 60, threads: 1);
    }

    private static TableOptions Quick { get; } = new(new RoundTrips()) { MostTries = 4, FirstWait = TimeSpan.FromMilliseconds(1) };

    private TablePartitionStore Open() =>
        new(TableAccount.FromConnectionString(_account, Quick with { RoundTrips = _trips, Transport = new FaultyTransport(request => _fault(request)) }), TimeProvider.System);

    private void Once(Fault fault, Func<Request, bool>? which = null) =>
        _fault = request =>
        {
            if (!(which ?? FaultyTransport.IsCommit)(request)) return Fault.None;
            _fault = _ => Fault.None;
            return fault;
        };

    private async Task<string[]> RowsAsync() => [.. (await Store.ReadRangeAsync(Table, "p", "", "\x7f", Ct)).Select(row => $"{row.Key} {string.Join(' ', row.Value)}".TrimEnd())];
}
