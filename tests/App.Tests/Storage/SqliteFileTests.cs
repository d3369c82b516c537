using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Storage;

public sealed class SqliteFileTests : IDisposable
{
    private const string Table = "rows";

    private readonly ScratchFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whatever_waits_is_committed_together()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        var before = file.Commits;
        Task[] all;
        using (await PausedWriter.PauseAsync(file)) all = [.. Enumerable.Range(0, 100).Select(i => store.CommitAsync(Table, $"p{i}", [new Write.Insert("a", [])], Ct))];
        await Task.WhenAll(all);
        Assert.Equal(2, file.Commits - before); // the paused one and all the others
    }

    [Fact]
    public async Task Who_conflicts_in_a_shared_transaction_fails_alone()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        Task[] all;
        using (await PausedWriter.PauseAsync(file)) all = [.. Enumerable.Range(0, 9).Select(i => store.CommitAsync(Table, $"p{i / 3}", [new Write.Put($"{i}", []), new Write.Insert("a", [])], Ct))];
        await Task.WhenAll(all).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal([0, 3, 6], all.Index().Where(commit => commit.Item.IsCompletedSuccessfully).Select(commit => commit.Index));
        Assert.All(all.Where(commit => !commit.IsCompletedSuccessfully), commit => Assert.IsType<CommitConflictException>(commit.Exception!.InnerException));
        Assert.Equal(["p0 0", "p0 a", "p1 3", "p1 a", "p2 6", "p2 a"], (await AllAsync(store)).Select(row => $"{row.Partition} {row.Key}"));
    }

    [Fact]
    public async Task Who_conflicts_reads_what_the_winner_wrote()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        Task winner, loser;
        using (await PausedWriter.PauseAsync(file))
        {
            winner = store.CommitAsync(Table, "p", [new Write.Insert("a", [1])], Ct);
            loser = store.CommitAsync(Table, "p", [new Write.Insert("a", [2])], Ct);
        }
        await Assert.ThrowsAsync<CommitConflictException>(() => loser);
        Assert.Equal([1], (await store.ReadAsync(Table, "p", "a", Ct))!.Value);
        await winner;
    }

    [Fact]
    public async Task A_fault_fails_everybody_who_shares_the_transaction_and_the_next_one_starts_afresh()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        Task[] all;
        using (await PausedWriter.PauseAsync(file))
            all = [store.CommitAsync(Table, "p", [new Write.Insert("a", [])], Ct), file.WriteAsync<int>(_ => throw new InvalidOperationException(), size: 0, Ct), store.CommitAsync(Table, "p", [new Write.Insert("b", [])], Ct)];
        foreach (var commit in all) await Assert.ThrowsAsync<InvalidOperationException>(() => commit);
        Assert.Empty(await AllAsync(store));
        using (var other = new SqliteSession(_folder.File)) other.Execute("BEGIN IMMEDIATE; COMMIT"); // nor are other processes locked out
        await store.CommitAsync(Table, "p", [new Write.Insert("a", [])], Ct);
        Assert.Single(await AllAsync(store));
    }

    [Fact]
    public async Task A_full_disk_fails_the_commit_whole_and_later_commits_work_once_there_is_room()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        await LimitAsync(file, pages: 40);
        Write[] writes = [new Write.Insert("a", []), .. Enumerable.Range(0, 20).Select(i => new Write.Insert($"{i}", new byte[30_000]))];
        var full = await Assert.ThrowsAsync<SqliteException>(() => store.CommitAsync(Table, "p", writes, Ct));
        Assert.Equal(SQLitePCL.raw.SQLITE_FULL, full.SqliteErrorCode);
        Assert.Empty(await AllAsync(store));
        await LimitAsync(file, pages: 4000);
        await store.CommitAsync(Table, "p", writes, Ct);
        Assert.Equal(21, (await AllAsync(store)).Count);
    }

    [Fact]
    public async Task Who_gave_up_before_the_turn_came_has_written_nothing()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        using var given = new CancellationTokenSource();
        Task commit;
        using (await PausedWriter.PauseAsync(file))
        {
            commit = store.CommitAsync(Table, "p", [new Write.Insert("a", [])], given.Token);
            await given.CancelAsync();
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit);
        Assert.Empty(await AllAsync(store));
    }

    [Fact]
    public async Task Closing_commits_what_was_handed_over()
    {
        var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        Task[] all;
        using (await PausedWriter.PauseAsync(file)) all = [.. Enumerable.Range(0, 50).Select(i => store.CommitAsync(Table, "p", [new Write.Insert($"{i:d2}", [])], Ct))];
        file.Dispose();
        await Task.WhenAll(all);
        using var reopened = new SqliteFile(_folder.File);
        Assert.Equal(50, (await AllAsync(new SqlitePartitionStore(reopened))).Count);
    }

    [Fact]
    public void Closing_twice_is_closing_once()
    {
        var file = new SqliteFile(_folder.File);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(_ => 0));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public async Task Commits_are_flushed_to_disk_unless_the_file_is_a_scratch_file(bool durable, long synchronous)
    {
        using var file = new SqliteFile(_folder.File, durable);
        Assert.Equal(synchronous, await PragmaAsync(file, "PRAGMA synchronous"));
    }

    [Fact]
    public async Task A_commit_waits_until_another_process_has_ended_its_transaction()
    {
        using var file = new SqliteFile(_folder.File);
        var store = await StoreWithTableAsync(file);
        using var other = new SqliteSession(_folder.File);
        other.Execute("BEGIN IMMEDIATE");
        var commit = store.CommitAsync(Table, "p", [new Write.Insert("a", [])], Ct);
        Assert.Empty(await AllAsync(store));
        Assert.False(commit.IsCompleted);
        other.Execute("COMMIT");
        await commit;
        Assert.Single(await AllAsync(store));
    }

    [Fact]
    public async Task Many_processes_may_open_a_new_file_at_the_same_instant()
    {
        using var start = new Barrier(6);
        var files = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait(Ct);
            return new SqliteFile(_folder.File, durable: false);
        }, Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        foreach (var (i, file) in files.Index()) await new SqlitePartitionStore(file).CommitAsync(Table, "p", [new Write.Insert($"{i}", [])], Ct);
        Assert.Equal(6, (await AllAsync(new SqlitePartitionStore(files[0]))).Count);
        foreach (var file in files) file.Dispose();
    }

    [Fact]
    public async Task A_file_of_another_version_is_left_alone()
    {
        using (var file = new SqliteFile(_folder.File))
        using (var session = new SqliteSession(_folder.File)) session.Execute("PRAGMA user_version = 99");
        Assert.Contains("99", Assert.Throws<InvalidDataException>(() => new SqliteFile(_folder.File)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File + "2", new string('x', 10_000), Ct);
        Assert.Throws<SqliteException>(() => new SqliteFile(_folder.File + "2"));
    }

    [Fact]
    public async Task Numbers_are_never_given_twice_whoever_asks_and_whatever_fails()
    {
        using var file = new SqliteFile(_folder.File, durable: false);
        using var other = new SqliteFile(_folder.File, durable: false);
        var given = new List<long>();
        for (var i = 0; i < 5; i++)
            foreach (var asked in (SqliteFile[])[file, other])
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => asked.WriteAsync<long>(transaction => throw new InvalidOperationException($"{transaction.NextNumber()}"), size: 0, Ct));
                given.AddRange(await asked.WriteAsync<long[]>(transaction => [transaction.NextNumber(), transaction.NextNumber()], size: 0, Ct));
            }
        Assert.Equal(given.Order().Distinct(), given);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_acknowledged_survives_the_death_of_the_process()
    {
        var ct = TestContext.Current.CancellationToken;
        var pipe = $"marketing-{Guid.NewGuid():n}";
        await using var acknowledged = new NamedPipeServerStream(pipe, PipeDirection.In);
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--filter-method", $"*.{nameof(ProcessToKill.Writes_until_killed)}", "--explicit", "on"])
        {
            Environment = { [ProcessToKill.File] = _folder.File, [ProcessToKill.Pipe] = pipe },
            RedirectStandardOutput = true,
        })!;
        using var lines = new StreamReader(acknowledged);
        var rows = new List<string>();
        try
        {
            await acknowledged.WaitForConnectionAsync(ct);
            while (rows.Count < 500) rows.Add(await lines.ReadLineAsync(ct) ?? throw new EndOfStreamException("The child ended by itself."));
        }
        finally
        {
            child.Kill(); // SIGKILL where there are signals: no finally, no flush
        }
        await child.WaitForExitAsync(ct);
        while (await lines.ReadLineAsync(ct) is { Length: 5 } row) rows.Add(row);

        using var file = new SqliteFile(_folder.File);
        var stored = (await AllAsync(new SqlitePartitionStore(file))).Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
        Assert.All(rows, row => Assert.Contains(row, stored));
        Assert.All(stored.Where(row => !row.EndsWith('+')), row => Assert.Contains(row + "+", stored)); // commits are whole
    }

    private static async Task<SqlitePartitionStore> StoreWithTableAsync(SqliteFile file)
    {
        var store = new SqlitePartitionStore(file);
        await store.CommitAsync(Table, "p", [new Write.Delete("a")], Ct);
        return store;
    }

    private static ValueTask<List<Row>> AllAsync(SqlitePartitionStore store) => store.ScanAsync(Table, "", "~", Ct).ToListAsync(Ct);

    private static Task<long> LimitAsync(SqliteFile file, int pages) => PragmaAsync(file, $"PRAGMA max_page_count = {pages}");

    private static Task<long> PragmaAsync(SqliteFile file, string pragma) => file.WriteAsync(transaction =>
    {
        using var rows = transaction.Query(pragma);
        return rows.Read() ? rows.Number(0) : throw new InvalidOperationException("The pragma has no value.");
    }, size: 0, Ct);
}
