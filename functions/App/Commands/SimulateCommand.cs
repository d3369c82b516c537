using System.CommandLine;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands.Import;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;
using MarketingAutomation.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing simulate</c>: what the config would have done with these events. The same file and seed give the same report, byte for byte.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var (config, format, mapping) = (CommonOptions.Config(), CommonOptions.Format(), CommonOptions.Mapping());
        Option<string> events = new("--events") { Description = "File of past events: CSV, whitespace-separated text or NDJSON, plain or gzip.", Required = true };
        var from = CommonOptions.Instant("--from", "Replay from this instant; what happened before counts as history. From the first event where not given.");
        var to = CommonOptions.Instant("--to", "Stop after this instant. At the last event where not given.");
        var seed = CommonOptions.Number("--seed", "Draws holdout groups; another number gives other groups.", 1, 0, int.MaxValue);
        var command = new Command("simulate", "Replays a file of events through the real pipeline with a clock that jumps, sends nothing, and prints the report.") { events, mapping, config, from, to, seed, format };
        command.SetAction(async (parsed, ct) =>
        {
            var source = await EventFile.OpenAsync(parsed.GetRequiredValue(events), parsed.GetRequiredValue(mapping), ct);
            var report = await RunAsync(source, parsed.GetRequiredValue(config), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(seed), ct);
            Console.Out.Write(ReportCommand.Write(report, parsed.GetRequiredValue(format)));
        });
        return command;
    }

    /// <exception cref="CommandFault">The file, mapping or config cannot be used, or holds no event of the time asked for.</exception>
    public static async Task<Report> RunAsync(EventFile source, string config, DateTimeOffset? from, DateTimeOffset? to, int seed, CancellationToken ct)
    {
        var all = await ReadAsync(source, ct);
        var start = from ?? all[0].At;
        var end = to ?? all[^1].At;
        if (end < start) throw new CommandFault($"There is nothing to replay between {start:yyyy-MM-dd HH:mm} and {end:yyyy-MM-dd HH:mm}; the events are from {all[0].At:yyyy-MM-dd} to {all[^1].At:yyyy-MM-dd}.");

        var scratch = Directory.CreateTempSubdirectory("marketing-simulate-");
        try
        {
            var clock = new VirtualClock(start);
            await using var node = await Node.OpenAsync(
                new(scratch.FullName, new("http://localhost"), Durable: false, Seed: seed),
                (deployment, version) => ConfigFiles.Load(config, version, deployment),
                new RecordingChannel(), clock, NullLoggerFactory.Instance, ct);
            var split = all.FindIndex(e => e.At >= start) is >= 0 and var index ? index : all.Count;
            await Progress.ShowAsync("Simulating", async say =>
            {
                foreach (var chunk in all.Take(split).Chunk(5_000)) await new History(node.Customers, node.Effects, node.Catalog.Deployment.Pepper).WriteAsync(chunk, ct);
                await node.Broadcasts.PlanAsync(ct);
                await new Replay(node, clock).RunAsync(all.Skip(split), end, now => say($"{now:yyyy-MM-dd}"), ct);
            });
            return await ReportCommand.BuildAsync(node.Store, node.Catalog, new ReportQuery(end), ct);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    // In order of time, as if each had been received when it happened.
    private static async Task<List<CustomerEvent>> ReadAsync(EventFile source, CancellationToken ct)
    {
        List<CustomerEvent> all = [];
        List<RejectedRow> rejected = [];
        await foreach (var batch in source.ReadAsync(DateTimeOffset.MaxValue.ToUniversalTime(), ct))
        {
            all.AddRange(batch.Events.Select(e => e with { ReceivedAt = e.At }));
            rejected.AddRange(batch.Rejected);
        }
        if (rejected is [var first, ..])
            await Console.Error.WriteLineAsync($"{rejected.Count:#,##0} rows cannot be used and are left out; the first is line {first.Line}: {first.Reason}.");
        if (all.Count == 0) throw new CommandFault($"{source.Path} holds no event.");
        return [.. all.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal)];
    }
}
