using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using MarketingAutomation.Simulation;
using Microsoft.Extensions.Logging.Console;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing demo</c>: a made-up shop's last 90 days through the real pipeline, the report of them, and then the server on their data.</summary>
internal static class DemoCommand
{
    // A million events and an hour; the whole past is held in memory.
    private const int MostCustomers = 50_000;

    public static Command Create()
    {
        var (config, port) = (CommonOptions.Config(), CommonOptions.Port());
        Option<string> data = new("--data") { Description = "Folder for the demo's data; made where missing, and made afresh where it is an earlier demo's.", DefaultValueFactory = _ => Path.Combine("data", "demo") };
        var seed = CommonOptions.Number("--seed", "Another number makes up another shop.", 1, 0, int.MaxValue);
        var customers = CommonOptions.Number("--customers", "How many people come by the shop.", 600, 1, MostCustomers);
        Option<bool> noServe = new("--no-serve") { Description = "End after the report instead of serving." };
        var command = new Command("demo", "Makes up a shop, replays its last 90 days through the real pipeline, prints what its journeys were worth, and serves its data until it is stopped.") { data, config, seed, customers, port, noServe };
        command.SetAction(async (parsed, ct) =>
        {
            var (serves, number) = (!parsed.GetValue(noServe), parsed.GetRequiredValue(port));
            var settings = Settings.Read(number);
            if (serves) CheckServing(settings, number);
            var options = new DemoOptions(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(customers), settings.PublicUrl);
            await ShowAsync(options, TimeProvider.System, ct);
            if (!serves) return;
            Console.Out.WriteLine(NextSteps(options));
            await Server.RunAsync(options.Folder, options.Config, number, ct);
        });
        return command;
    }

    private static async Task ShowAsync(DemoOptions options, TimeProvider clock, CancellationToken ct)
    {
        // A warning is no part of the report.
        using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var (end, started) = (WholeHour(clock.GetUtcNow()), clock.GetTimestamp());
        DemoResult? result = null;
        await Progress.ShowAsync("Replaying a made-up shop", async say => result = await Demo.RunAsync(options, end, logs, now => say($"{now:yyyy-MM-dd}"), ct));
        Console.Out.Write(ReportCommand.Write(result!.Report, ReportFormat.Text));
        Console.Out.WriteLine();
        Console.Out.WriteLine(Summary(options, result, clock.GetElapsedTime(started)));
    }

    private static string Summary(DemoOptions options, DemoResult result, TimeSpan took)
    {
        var outbox = DemoFolder.OutboxOf(options.Folder);
        return $"""
            The shop is made up; the pipeline is the real one: {options.Customers:#,##0} people, {result.Events:#,##0} events of their visits in
            {Demo.Past.Days} days, {result.Messages:#,##0} messages and what was done with them, replayed in {took.TotalSeconds:0} seconds.

              messages  {outbox}: .eml files, which any mail program opens
              data      {Path.Combine(options.Folder, "marketing.db")}
              config    {options.Config}: change a journey or a message and run the demo again
              a report  {Marketing()} report --data {options.Folder} --journey abandoned-cart
            """;
    }

    private static string NextSteps(DemoOptions options) =>
        $$$"""

        Next, be a new customer yourself; a moment later your welcome is the newest file in {{{DemoFolder.OutboxOf(options.Folder)}}}. Ctrl+C ends the server.

          curl {{{options.PublicUrl.AbsoluteUri.TrimEnd('/')}}}/v1/batch -H 'Content-Type: application/json' -d '{"batch":[
            {"type":"identify","userId":"me","traits":{"email":"me@example.com","first_name":"Lin"},"context":{"locale":"zh-CN"}},
            {"type":"track","userId":"me","event":"Signed Up"}]}'

        """;

    // As the reader has most likely called it.
    private static string Marketing() => Directory.Exists("functions/App") ? "dotnet run --project functions/App --" : "marketing";

    private static DateTimeOffset WholeHour(DateTimeOffset now) => new(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);

    // Said before the replay rather than after it.
    private static void CheckServing(Settings settings, int port)
    {
        if (settings.Smtp is not null) throw new CommandFault("MARKETING_SMTP is set, and a demo's customers do not exist; unset it, or add --no-serve.");
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
        }
        catch (SocketException)
        {
            throw new CommandFault($"Port {port} is in use; choose another with --port, or add --no-serve.");
        }
    }
}
