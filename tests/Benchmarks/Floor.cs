using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Benchmarks;

/// <summary>From HTTP accept to committed decision, against writing the same rows to a SQLite file of the same settings and nothing else.</summary>
internal static class Floor
{
    private const int Events = 20_000, RowsPerCommit = 100;

    public static async Task RunAsync()
    {
        if (!SharedBench.IsHere()) return;
        using Scratch scratch = new();
        await SharedBench.GenerateAsync(scratch.Data("load"), 5_000, Events, 0);
        double seconds;
        await using (var served = await Served.StartAsync(scratch.Data("data"), scratch.Config))
        {
            await SharedBench.DriveAsync(Path.Combine(scratch.Data("load"), "users.jsonl"), served.Port);
            await served.IdleAsync();
            var began = DateTime.UtcNow;
            await SharedBench.DriveAsync(Path.Combine(scratch.Data("load"), "events.jsonl"), served.Port);
            seconds = (await served.IdleAsync() - began).TotalSeconds;
        }
        var rows = await RowsAsync(Path.Combine(scratch.Data("data"), "marketing.db"));
        var (ours, floor) = (Events / seconds, Events / Write(scratch.Data("floor.db"), rows));
        Console.WriteLine($"ours {ours:0} events/s, floor {floor:0} events/s ({rows.Count / (double)Events:0.0} rows and {rows.Sum(row => row.Value.Length) / Events:0} bytes an event), ratio {ours / floor:0.00}; aim 0.33");
    }

    // What the events of the run left in customers: a row of state rewritten by every event, its log line, its id.
    private static async Task<List<(string Partition, string Key, byte[] Value)>> RowsAsync(string path)
    {
        await using SqliteConnection file = new($"Data Source={path}");
        await file.OpenAsync();
        await using var command = file.CreateCommand();
        command.CommandText = "select partition, key, value from customers";
        Dictionary<string, byte[]> states = new(StringComparer.Ordinal);
        List<(string, string, byte[])> rows = [];
        List<string> partitions = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (partition, key, value) = (reader.GetString(0), reader.GetString(1), (byte[])reader[2]);
            if (key == "state") states[partition] = value;
            else rows.Add((partition, key, value));
            if (key.StartsWith("log-", StringComparison.Ordinal)) partitions.Add(partition);
        }
        var written = rows.Concat(partitions.Where(states.ContainsKey).Select(partition => (partition, "state", states[partition]))).ToList();
        // Events come to customers in no order of their keys.
        return [.. written.OrderBy(row => Hash.Id(row.Item1, row.Item2), StringComparer.Ordinal)];
    }

    private static double Write(string path, List<(string Partition, string Key, byte[] Value)> rows)
    {
        using SqliteConnection file = new($"Data Source={path}");
        file.Open();
        Execute("pragma page_size=8192; pragma journal_mode=wal; pragma synchronous=full; create table customers (partition text, key text, etag integer, value blob, primary key (partition, key)) without rowid");
        using var put = file.CreateCommand();
        put.CommandText = "insert or replace into customers values ($p, $k, 1, $v)";
        var (partition, key, value) = (put.Parameters.Add("$p", SqliteType.Text), put.Parameters.Add("$k", SqliteType.Text), put.Parameters.Add("$v", SqliteType.Blob));
        var watch = Stopwatch.StartNew();
        foreach (var commit in rows.Chunk(RowsPerCommit))
        {
            using var transaction = file.BeginTransaction();
            put.Transaction = transaction;
            foreach (var row in commit)
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
