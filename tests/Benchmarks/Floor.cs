using System.Diagnostics;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;
using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Benchmarks;

/// <summary>From HTTP accept to committed decision, against writing the same rows to a SQLite file of the same settings and nothing else.</summary>
internal static class Floor
{
    private const int Events = 20_000;

    // As many customers as the handler works at once, so as many decisions as share a flush to disk.
    private const int EventsPerCommit = 64;

    public static async Task RunAsync()
    {
        if (!SharedBench.IsHere()) return;
        using Scratch scratch = new();
        await SharedBench.GenerateAsync(scratch.Data("load"), 5_000, Events, 0);
        double seconds;
        DateTimeOffset from;
        await using (var served = await Served.StartAsync(scratch.Data("data"), scratch.Config))
        {
            await SharedBench.DriveAsync(Path.Combine(scratch.Data("load"), "users.jsonl"), served.Port);
            await served.IdleAsync();
            from = DateTimeOffset.UtcNow;
            await SharedBench.DriveAsync(Path.Combine(scratch.Data("load"), "events.jsonl"), served.Port);
            seconds = (await served.IdleAsync() - from.UtcDateTime).TotalSeconds;
        }
        await CompareAsync(scratch, from, seconds);
    }

    /// <summary>Holds what a server on <c>data</c> has decided since an instant against writing the same.</summary>
    public static async Task CompareAsync(Scratch scratch, DateTimeOffset from, double seconds)
    {
        var decisions = await DecisionsAsync(Path.Combine(scratch.Data("data"), "marketing.db"), from);
        var (ours, floor) = (decisions.Count / seconds, decisions.Count / Write(scratch.Data("floor.db"), decisions));
        Console.WriteLine($"ours {ours:0} events/s, floor {floor:0} events/s (3 rows and {decisions.Average(rows => rows.Sum(row => row.Value.Length)):0} bytes an event, {EventsPerCommit} events a flush), ratio {ours / floor:0.00}; aim 0.33");
    }

    // What each event of the run left in customers, in the order they were decided: its log line, its id, and a state as large as the customer's last.
    private static async Task<List<List<Row>>> DecisionsAsync(string path, DateTimeOffset from)
    {
        using SqliteFile file = new(path);
        SqlitePartitionStore store = new(file);
        List<(DateTimeOffset Now, List<Row> Rows)> decisions = [];
        Dictionary<string, Row> states = new(StringComparer.Ordinal);
        await foreach (var row in store.ScanAsync(Storage.Tables.Customers, "", "~", default))
        {
            if (row.Key == "state") states[row.Partition] = row;
            if (!row.Key.StartsWith("log-", StringComparison.Ordinal) || CustomerRows.LogEntry(row) is not { Input: Input.Happened happened } entry || entry.Now < from) continue;
            decisions.Add((entry.Now, [row, new(row.Partition, CustomerRows.Id(happened.Event.MessageId), [], "")]));
        }
        foreach (var (_, rows) in decisions) rows.Add(states[rows[0].Partition]);
        return [.. decisions.OrderBy(decision => decision.Now).Select(decision => decision.Rows)];
    }

    private static double Write(string path, List<List<Row>> decisions)
    {
        using SqliteConnection file = new($"Data Source={path}");
        file.Open();
        Execute("pragma page_size=8192; pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=4000; pragma cache_size=-32768; create table customers (partition text, key text, etag integer, value blob, primary key (partition, key)) without rowid");
        using var put = file.CreateCommand();
        put.CommandText = "replace into customers values ($p, $k, 1, $v)";
        var (partition, key, value) = (put.Parameters.Add("$p", SqliteType.Text), put.Parameters.Add("$k", SqliteType.Text), put.Parameters.Add("$v", SqliteType.Blob));
        var watch = Stopwatch.StartNew();
        foreach (var commit in decisions.Chunk(EventsPerCommit))
        {
            using var transaction = file.BeginTransaction();
            put.Transaction = transaction;
            foreach (var row in commit.SelectMany(rows => rows))
            {
                (partition.Value, key.Value, value.Value) = (row.Partition, row.Key, row.Value);
                put.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return watch.Elapsed.TotalSeconds;

        void Execute(string sql)
        {
            using var command = file.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
