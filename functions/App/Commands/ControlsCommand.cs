using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing pause</c>, <c>resume</c>, <c>kill</c> and <c>controls</c>: stops messages, lets them go on, and says what stands.</summary>
internal static class ControlsCommand
{
    private const int MostHistory = 100;

    public static Command Pause() => Change("pause", Stop.Paused,
        "Stops messages within ten seconds: those of a journey, of a channel, or all, orders and security included. They wait, and runs stay where they are, until `marketing resume`; what was being handed over is finished.",
        scope => $"{Begin(scope)} is paused; messages wait until `marketing resume {OptionOf(scope)}`.");

    public static Command Resume() => Change("resume", Stop.None,
        "Lets messages go on that were paused or killed. What waited goes within a minute, each once, except what has grown stale; what was skipped stays skipped.",
        scope => $"{Begin(scope)} goes on; what waited goes within a minute.");

    public static Command Kill() => Change("kill", Stop.Killed,
        "Stops messages for good within ten seconds: whatever asks to go is skipped with the reason \"killed\", what waits in a pause included, until `marketing resume`.",
        scope => $"{Begin(scope)} is killed; messages are skipped until `marketing resume {OptionOf(scope)}`.");

    public static Command List()
    {
        var data = CommonOptions.Data();
        Option<bool> history = new("--history") { Description = "The last hundred changes instead, the newest first." }, json = new("--json") { Description = "Write JSON, as console/api answers." };
        var command = new Command("controls", "What is paused or killed: since when, by whom, and why. A running server need not be stopped.") { history, json, data };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), async desk =>
        {
            var controls = parsed.GetValue(history) ? await desk.HistoryAsync(MostHistory, ct) : [.. (await desk.ReadAsync(ct)).Standing];
            Console.Out.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(ControlLine.Of(controls), ControlLineJson.Default.ControlList)
                : controls.Count == 0 ? "Nothing is stopped." : string.Join('\n', controls.Select(Line)));
        }, ct));
        return command;
    }

    private static Command Change(string name, Stop stop, string description, Func<ControlScope, string> done)
    {
        var (data, config) = (CommonOptions.Data(), CommonOptions.Config());
        Option<string?> journey = new("--journey") { Description = "Messages of this journey, by the name of its file without .json." }, channel = new("--channel") { Description = "Messages that go by this channel: file, smtp, sendgrid or webhook." };
        Option<string?> reason = new("--reason") { Description = "Why, for whoever looks later." };
        Option<bool> all = new("--all") { Description = "All messages." };
        var command = new Command(name, description) { journey, channel, all, reason, data, config };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), async desk =>
        {
            var call = new ControlCall(parsed.GetValue(journey), parsed.GetValue(channel), parsed.GetValue(all), parsed.GetValue(reason));
            if (call.Scope is not { } scope) throw new CommandFault($"Say what to {name}: --journey ID, --channel NAME, or --all.");
            if (ControlDesk.Problem(call.Reason) is { } wrong) throw new CommandFault(wrong);
            if (ControlDesk.Problem(scope, scope.Kind == ControlKind.Journey ? CatalogIn(parsed.GetRequiredValue(config)) : null, await desk.ReadAsync(ct)) is { } problem) throw new CommandFault(problem);
            var (now, changed) = await desk.SetAsync(scope, stop, ControlDesk.Command, call.Reason, ct);
            Console.Out.WriteLine(changed ? done(scope) : stop == Stop.None ? $"There was no stop on {scope}." : Line(now));
            foreach (var other in (await desk.ReadAsync(ct)).Standing.Where(other => stop == Stop.None && other.Scope != scope)) Console.Out.WriteLine($"Still stopped: {Line(other)}");
        }, ct));
        return command;
    }

    private static async Task RunAsync(string data, Func<ControlDesk, Task> work, CancellationToken ct)
    {
        var options = Settings.Read().Node(data);
        using (await KeptData.OpenAsync(options, TimeProvider.System, ct)) { } // says so where there is none, rather than make it
        await using var stores = Stores.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
        await work(new(stores.Store, stores.Bus, TimeProvider.System));
    }

    // In an emergency a mistake in the config must not keep anybody from stopping messages.
    private static Catalog? CatalogIn(string config)
    {
        if (Directory.Exists(config) && ConfigFiles.Read(config, 1, new([], [], new("http://localhost"))).Catalog is { } catalog) return catalog;
        Console.Error.WriteLine($"The config in {config} cannot be read, so whether there is such a journey was not checked.");
        return null;
    }

    private static string Line(Control control) =>
        $"{control.Scope.ToString(),-32}  {Word(control.Stop),-7}  since {control.Since.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC  by {control.By}{(control.Reason is { } reason ? $"  {reason}" : "")}";

    private static string Word(Stop stop) => stop == Stop.None ? "goes on" : stop.ToString().ToLowerInvariant();

    private static string Begin(ControlScope scope) => scope.ToString() is var text ? char.ToUpperInvariant(text[0]) + text[1..] : "";

    private static string OptionOf(ControlScope scope) => scope.Kind == ControlKind.All ? "--all" : $"--{scope.Kind.ToString().ToLowerInvariant()} {scope.Id}";
}
