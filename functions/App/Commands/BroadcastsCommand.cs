using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing broadcasts</c>: what is planned, how far it is, and what became of it.</summary>
internal static class BroadcastsCommand
{
    public static Command Create() => new("broadcasts", "Shows broadcasts and how far they are, and starts or cancels one. A running server need not be stopped.")
    {
        List(), Show(),
        Change("start", "Begins a broadcast now, whatever its time; one that was cancelled goes on where it was, and nobody gets it twice.", (plans, id, ct) => plans.StartAsync(id, ct), before => before switch
        {
            BroadcastState.Running => "has begun already",
            BroadcastState.Cancelled or BroadcastState.Expired => "goes on",
            _ => "begins",
        }),
        Change("cancel", "Lets nobody enter a broadcast any more; messages that were asked for still go.", (plans, id, ct) => plans.CancelAsync(id, ct), before => before switch
        {
            BroadcastState.Planned or BroadcastState.Running => "is cancelled",
            _ => "enters nobody anyway",
        }),
    };

    private static Command List()
    {
        var (data, config, json) = Options();
        var command = new Command("list", "All broadcasts by their time.") { data, config, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, _) =>
        {
            var list = await queries.ListAsync(ct);
            Write(list, BroadcastAnswerJson.Readable.BroadcastList, parsed.GetValue(json), list.Broadcasts.Count == 0
                ? ["There are no broadcasts."]
                : [.. list.Broadcasts.Select(line => $"{line.Id,-32} {line.State,-11} {Instant(line.At)}  {line.Segment,-24} {Number(line.Audience),12}  {NameOf(line.Name)}")]);
        }, ct));
        return command;
    }

    private static Command Show()
    {
        var (data, config, json) = Options();
        Argument<string> id = new("ID") { Description = "The broadcast's file name without .json." };
        var command = new Command("show", "One broadcast: how far it is, and what became of its messages.") { id, data, config, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, _) =>
        {
            var found = await queries.ShowAsync(parsed.GetRequiredValue(id), ct) ?? throw Unknown(parsed.GetRequiredValue(id));
            Write(found, BroadcastAnswerJson.Readable.BroadcastDetails, parsed.GetValue(json), Lines(found));
        }, ct));
        return command;
    }

    private static Command Change(string name, string description, Func<BroadcastPlans, string, CancellationToken, Task<BroadcastState?>> change, Func<BroadcastState, string> said)
    {
        var (data, config, _) = Options();
        Argument<string> id = new("ID") { Description = "The broadcast's file name without .json." };
        var command = new Command(name, description) { id, data, config };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, plans) =>
        {
            var broadcast = parsed.GetRequiredValue(id);
            if (await change(plans, broadcast, ct) is { } before) Console.Out.WriteLine($"{broadcast} {said(before)}.");
            else throw (await queries.ListAsync(ct)).Broadcasts.Any(line => line.Id == broadcast)
                ? new($"{broadcast} is not published yet: start `marketing serve` with this config, or restart it.")
                : Unknown(broadcast);
        }, ct));
        return command;
    }

    private static async Task RunAsync(string data, string config, Func<BroadcastQueries, BroadcastPlans, Task> work, CancellationToken ct)
    {
        var options = Settings.Read().Node(data);
        Deployment deployment;
        using (var kept = await KeptData.OpenAsync(options, TimeProvider.System, ct)) deployment = await kept.DeploymentAsync(ct); // says so where there is none, rather than make it
        await using var stores = Stores.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
        var catalog = await Catalogs.NextAsync(stores.Store, version => ConfigFiles.Load(config, version, deployment), ct);
        await work(new(stores.Store, catalog, TimeProvider.System), new(stores.Store, stores.Bus, catalog, TimeProvider.System, NullLogger<BroadcastPlans>.Instance));
    }

    private static string[] Lines(BroadcastDetails found) =>
    [
        $"{found.Id}: {NameOf(found.Name)}",
        $"message   {found.Message} to {found.Segment}",
        $"state     {found.State}, {(found.Since is { } since ? $"begun {Instant(since)}" : $"for {Instant(found.At)}")}{(found.IsComplete || found.Since is null ? "" : $", {found.Shards} of {found.OfShards} shards")}",
        $"audience  {Number(found.Audience)}: entered {Number(found.Entered)} ({Number(found.HeldOut)} held out), left meanwhile {Number(found.Left)}",
        $"messages  sent {Number(found.Sent)}, skipped {Number(found.Skipped)}, failed {Number(found.Failed)}, unknown {Number(found.Unknown)}, waiting {Number(found.Waiting)}",
        .. found.SkippedBecause.Select(reason => $"          skipped {reason.Because} {Number(reason.Count)}"),
    ];

    private static (Option<string> Data, Option<string> Config, Option<bool> Json) Options() => (CommonOptions.Data(), CommonOptions.Config(), new("--json") { Description = "Write JSON, as console/api answers." });

    private static void Write<T>(T answer, JsonTypeInfo<T> type, bool asJson, IEnumerable<string> lines) =>
        Console.Out.WriteLine(asJson ? JsonSerializer.Serialize(answer, type) : string.Join('\n', lines));

    private static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string NameOf(IReadOnlyDictionary<string, string> name) => name.GetValueOrDefault("en") ?? name.Values.First();

    private static string Number(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    private static CommandFault Unknown(string id) => new($"There is no broadcast {id}; `marketing broadcasts list` shows all.");
}
