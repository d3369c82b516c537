using System.CommandLine;
using System.Text;
using MarketingAutomation.PutAside;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing deadletters</c>: what was put aside, and what becomes of it.</summary>
internal static class DeadLettersCommand
{
    public static Command Create() => new("deadletters", "Shows work that was put aside because it failed again and again, and has it done again or dropped. A running server need not be stopped.")
    {
        List(), Show(),
        Change("replay", "Has work done again, as if it had just come in; once is enough, and twice does no harm.", "back in its queue", (letters, id, ct) => letters.ReplayAsync(id, ct)),
        Change("discard", "Drops work for good.", "dropped", (letters, id, ct) => letters.DiscardAsync(id, ct)),
    };

    private static Command List()
    {
        var data = CommonOptions.Data();
        var command = new Command("list", "What was put aside, with the reason; without personal data.") { data };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), async letters =>
        {
            var none = true;
            await foreach (var item in letters.ListAsync(ct))
            {
                none = false;
                Console.Out.WriteLine($"{item.Id}  {(item.At is { } at ? at.ToString("yyyy-MM-dd HH:mm") : ""),-16}  {item.What,-10}  {item.Reason}");
            }
            if (none) Console.Out.WriteLine("Nothing was put aside.");
        }, ct));
        return command;
    }

    private static Command Show()
    {
        var data = CommonOptions.Data();
        Argument<string> id = new("ID") { Description = "As list shows it." };
        var command = new Command("show", "One piece of work with its content, which may hold personal data.") { id, data };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), async letters =>
        {
            var item = await letters.FindAsync(parsed.GetRequiredValue(id), ct) ?? throw Unknown(parsed.GetRequiredValue(id));
            Console.Out.WriteLine($"{item.Id}\n{item.What}: {item.Reason}\n{Encoding.UTF8.GetString(item.Content)}");
        }, ct));
        return command;
    }

    private static Command Change(string name, string description, string done, Func<DeadLetters, string, CancellationToken, Task<bool>> change)
    {
        var data = CommonOptions.Data();
        Argument<string[]> ids = new("ID") { Description = "As list shows it; several with blanks between.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> all = new("--all") { Description = "Everything on the list." };
        var command = new Command(name, description) { ids, all, data };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), async letters =>
        {
            var asked = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(all) == asked.Length > 0) throw new CommandFault($"Say what to {name}: one or several ids from `marketing deadletters list`, or --all.");
            if (asked.Length == 0) asked = [.. await letters.ListAsync(ct).Select(item => item.Id).ToListAsync(ct)];
            foreach (var id in asked)
                try
                {
                    if (!await change(letters, id, ct)) throw Unknown(id);
                    Console.Out.WriteLine($"{id}: {done}.");
                }
                catch (NotSupportedException kind)
                {
                    throw new CommandFault($"{id}: {kind.Message}");
                }
        }, ct));
        return command;
    }

    private static async Task RunAsync(string data, Func<DeadLetters, Task> work, CancellationToken ct)
    {
        var options = Settings.Read().Node(data);
        using (await KeptData.OpenAsync(options, TimeProvider.System, ct)) { } // says so where there is none, rather than make it
        await using var stores = Stores.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
        await work(new(stores.Store, stores.Bus));
    }

    private static CommandFault Unknown(string id) => new($"There is no {id} on the list; `marketing deadletters list` shows what there is.");
}
