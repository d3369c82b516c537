using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing segments</c>: who is in which segment, and how many a definition would have before it is published.</summary>
internal static class SegmentsCommand
{
    public static Command Create() => new("segments", "Shows segments, their members, and how many customers a definition would have. A running server need not be stopped.")
    {
        List(), Show(), MembersOf(), Preview(), Reindex(),
    };

    private static Command List()
    {
        var (data, config, json) = Options();
        var command = new Command("list", "All segments with the number of their members.") { data, config, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, _) =>
        {
            var list = await queries.ListAsync(ct);
            Write(list, SegmentJson.Readable.SegmentList, parsed.GetValue(json), [.. list.Segments.Select(line => $"{line.Id,-32} {Number(line.Customers),12}  {NameOf(line.Name)}"), .. Rebuild(list.Rebuild)]);
        }, ct));
        return command;
    }

    private static Command Show()
    {
        var (data, config, json) = Options();
        Argument<string> id = new("ID") { Description = "The segment's file name without .json." };
        var command = new Command("show", "One segment: its definition, members, and what depends on it.") { id, data, config, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, _) =>
        {
            var found = await queries.ShowAsync(parsed.GetRequiredValue(id), ct) ?? throw Unknown(parsed.GetRequiredValue(id));
            Write(found, SegmentJson.Readable.SegmentDetails, parsed.GetValue(json),
            [
                $"{found.Id}: {NameOf(found.Name)}", .. found.Description is { } said ? [said] : Array.Empty<string>(),
                $"members   {Number(found.Customers)}", $"when      {found.When.GetRawText()}",
                .. Names("asks", found.Asks), .. Names("asked by", found.AskedBy), .. Names("journeys", found.Journeys), .. Rebuild(found.Rebuild),
            ]);
        }, ct));
        return command;
    }

    private static Command MembersOf()
    {
        var (data, config, json) = Options();
        Argument<string> id = new("ID") { Description = "The segment's file name without .json." };
        Option<string?> after = new("--after") { Description = "Begin behind this customer: the last of the page before." };
        Option<int> limit = new("--limit") { Description = "How many, at most 1,000.", DefaultValueFactory = _ => 100 };
        var command = new Command("members", "The customers in a segment, a page at a time.") { id, after, limit, data, config, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, _) =>
        {
            if (parsed.GetRequiredValue(limit) is < 1 or > SegmentQueries.MostOnPage) throw new CommandFault($"--limit is a number from 1 to {SegmentQueries.MostOnPage}.");
            if (parsed.GetValue(after) is { } key && !CustomerKey.IsKey(key)) throw new CommandFault("--after is a customer's key, as the page before ends with it.");
            var page = await queries.MembersAsync(parsed.GetRequiredValue(id), parsed.GetValue(after) is { } from ? new CustomerKey(from) : null, parsed.GetRequiredValue(limit), ct) ?? throw Unknown(parsed.GetRequiredValue(id));
            Write(page, SegmentJson.Readable.MemberPage, parsed.GetValue(json),
                [.. page.Members.Select(member => $"{member.Customer}  since {member.Since.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  {member.UserId ?? "anonymous"}"), .. page.Next is { } next ? [$"more: --after {next}"] : Array.Empty<string>()]);
        }, ct));
        return command;
    }

    private static Command Preview()
    {
        var (data, config, json) = Options();
        Argument<string> file = new("FILE") { Description = "A segment's definition; its name is the segment's, so that an edit of a published one is seen in its place." };
        Option<bool> exact = new("--exact") { Description = "Look at every customer instead of a sample." };
        var command = new Command("preview", "How many of the stored customers a definition would have now, without publishing it: an estimate with its 95 % interval, or exact.") { file, exact, data, config, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, deployment) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new CommandFault($"There is no file {path}.");
            var (id, text) = (Path.GetFileNameWithoutExtension(path), ConfigFiles.Text(path));
            var found = await queries.PreviewAsync(id, version => ConfigFiles.ReadWith(parsed.GetRequiredValue(config), $"segments/{id}.json", text, version, deployment) switch
            {
                { Catalog: { } catalog } => catalog,
                { Problems: var problems } => throw new CommandFault(string.Join('\n', problems)),
            }, parsed.GetValue(exact), ct);
            Write(found, SegmentJson.Readable.SegmentPreview, parsed.GetValue(json),
                [found.IsExact ? $"{Number(found.Customers)} of {Number(found.Sampled)} customers." : $"About {Number(found.Customers)} customers, {Number(found.Low)} to {Number(found.High)} with 95 % confidence; {Number(found.Among)} of {Number(found.Sampled)} looked at. --exact counts all."]);
        }, ct));
        return command;
    }

    private static Command Reindex()
    {
        var (data, config, _) = Options();
        var command = new Command("reindex", "Makes the index of members anew from the customers, should it ever be lost; changes nothing else.") { data, config };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), async (queries, _) =>
            Console.Out.WriteLine($"{Number(await queries.ReindexAsync(ct))} memberships."), ct));
        return command;
    }

    private static async Task RunAsync(string data, string config, Func<SegmentQueries, Deployment, Task> show, CancellationToken ct)
    {
        using var kept = await KeptData.OpenAsync(Settings.Read().Node(data), TimeProvider.System, ct);
        var deployment = await kept.DeploymentAsync(ct);
        await show(new(kept.Store, await Catalogs.NextAsync(kept.Store, version => ConfigFiles.Load(config, version, deployment), ct), TimeProvider.System), deployment);
    }

    private static (Option<string> Data, Option<string> Config, Option<bool> Json) Options() => (CommonOptions.Data(), CommonOptions.Config(), new("--json") { Description = "Write JSON, as console/api answers." });

    private static void Write<T>(T answer, JsonTypeInfo<T> type, bool asJson, IEnumerable<string> lines) =>
        Console.Out.WriteLine(asJson ? JsonSerializer.Serialize(answer, type) : string.Join('\n', lines));

    private static IEnumerable<string> Names(string title, IReadOnlyList<string> names) => names.Count == 0 ? [] : [$"{title,-9} {string.Join(", ", names)}"];

    private static IEnumerable<string> Rebuild(RebuildProgress? rebuild) =>
        rebuild is { IsDone: false } ? [$"An edit is being applied: {rebuild.Shards} of {StoredCustomers.Shards} shards, {Number(rebuild.Customers)} customers. Whoever does something is up to date at once."] : [];

    private static string NameOf(IReadOnlyDictionary<string, string> name) => name.GetValueOrDefault("en") ?? name.Values.First();

    private static string Number(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    private static CommandFault Unknown(string id) => new($"There is no segment {id}; `marketing segments list` shows all.");
}
