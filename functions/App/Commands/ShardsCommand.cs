using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Azure;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing shards</c>: which storage account holds which part of the customers, and moving parts to another.</summary>
internal static class ShardsCommand
{
    private const string Setting = "MARKETING_STORAGE";

    public static Command Create() => new("shards", $"Shows and changes which storage account of {Setting} holds which of the 256 shards of customers.") { List(), Move() };

    private static Command List()
    {
        var command = new Command("list", "Shows which shards each account holds, and which are being moved.");
        command.SetAction(async (_, ct) =>
        {
            var store = Open();
            await SayFaultsAsync(async () =>
            {
                foreach (var line in Lines(await store.Maps.ChangeAsync(_ => null, ct), store.AccountNames)) Console.Out.WriteLine(line);
            });
        });
        return command;
    }

    private static Command Move()
    {
        Argument<int[]> shards = new("SHARD") { Description = "00 to ff, or a range such as 80-ff.", Arity = ArgumentArity.OneOrMore, CustomParser = Shards };
        Option<string> to = new("--to") { Description = "Name of the account to move to; the account a shard lives in calls off its move.", Required = true };
        var command = new Command("move", "Moves shards to another account while they are in use, and removes them from the old one. Stopped half-way, the same command goes on. A shard's customers wait some seconds.") { shards, to };
        command.SetAction(async (parsed, ct) =>
        {
            var (store, account, asked) = (Open(), parsed.GetRequiredValue(to), parsed.GetRequiredValue(shards));
            if (!store.AccountNames.Contains(account)) throw new CommandFault($"{Setting} lists no storage account {account}; it lists {string.Join(", ", store.AccountNames)}.");
            await SayFaultsAsync(() => Progress.ShowAsync("Moving", say => new ShardMover(store, say, TimeProvider.System).MoveAsync(asked, account, ct)));
            Console.Out.WriteLine($"{asked.Length} shard{(asked.Length == 1 ? "" : "s")} in {account}.");
        });
        return command;
    }

    private static async Task SayFaultsAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is ShardMoveException or InvalidOperationException)
        {
            throw new CommandFault(fault.Message);
        }
        catch (StoreBusyException fault)
        {
            throw new CommandFault($"{fault.Message} Nothing is lost; the same command goes on.");
        }
        catch (RequestFailedException refused)
        {
            throw new CommandFault($"The storage refuses with {refused.Status} {refused.ErrorCode}; check {Setting}, and that this identity has the role Storage Table Data Contributor.");
        }
    }

    internal static IEnumerable<string> Lines(ShardMap map, IEnumerable<string> accounts)
    {
        foreach (var account in accounts.Union(map.Shards.Select(home => home.Account)))
        {
            int[] shards = [.. map.Shards.Index().Where(shard => shard.Item.Account == account).Select(shard => shard.Index)];
            yield return $"{account}: {shards.Length} shards{(shards.Length == 0 ? "" : $": {string.Join(' ', Runs(shards))}")}";
        }
        foreach (var (shard, home) in map.Shards.Index())
            if (home.Other is { } other)
                yield return home.Phase == ShardPhase.Clearing
                    ? $"{shard:x2} is in {home.Account}; its rows in {other} are still to be removed: marketing shards move {shard:x2} --to {home.Account}"
                    : $"{shard:x2} is on its way from {home.Account} to {other}: marketing shards move {shard:x2} --to {other}";
    }

    // 00 01 02 05 → 00-02 05
    private static IEnumerable<string> Runs(int[] shards) =>
        from run in shards.Select((shard, i) => (shard, run: shard - i)).GroupBy(pair => pair.run, pair => pair.shard)
        select run.Count() == 1 ? $"{run.First():x2}" : $"{run.First():x2}-{run.Last():x2}";

    private static int[] Shards(ArgumentResult result)
    {
        List<int> shards = [];
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('-') is [{ Length: 2 } first, .. var rest] && rest is [] or [{ Length: 2 }]
                && int.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(rest is [var last] ? last : first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var to) && from <= to)
                shards.AddRange(Enumerable.Range(from, to - from + 1));
            else
                result.AddError($"{token.Value} is no shard; write 3f, or 30-3f for sixteen of them.");
        }
        return [.. shards.Distinct()];
    }

    private static ShardedPartitionStore Open() =>
        TableStores.Open(Environment.GetEnvironmentVariable(Setting) ?? throw new CommandFault($"{Setting} is not set: without it all customers are in one file, and there are no shards."), TimeProvider.System);
}
