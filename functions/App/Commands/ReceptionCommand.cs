using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MarketingAutomation.Controls;
using MarketingAutomation.Receptions;
using MarketingAutomation.Storage;
using Spectre.Console;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing reception</c>: hard bounces, complaints and refusals of the messages sent lately.</summary>
internal static class ReceptionCommand
{
    private const int Width = 120;

    public static Command Create()
    {
        var (data, config) = (CommonOptions.Data(), CommonOptions.Config());
        Option<string?> journey = new("--journey") { Description = "Only this journey, by the name of its file without .json." };
        Option<bool> json = new("--json") { Description = "Write JSON, as console/api answers." };
        var command = new Command("reception", "How messages were received that were sent in the time autoPause in policy.json names, else in a day: hard bounces, complaints and unsubscribes by journey, topic and mailbox provider. A running server need not be stopped.") { journey, json, data, config };
        command.SetAction(async (parsed, ct) =>
        {
            using var kept = await KeptData.OpenAsync(Settings.Read().Node(parsed.GetRequiredValue(data)), TimeProvider.System, ct);
            var (catalog, journeyId) = (ConfigFiles.Load(parsed.GetRequiredValue(config), 1, new([], [], new("http://localhost"))), parsed.GetValue(journey));
            var controls = await new ControlStore(kept.Store, TimeProvider.System).ReadAsync(ct);
            var list = await ReceptionList.ReadAsync(new(kept.Store, TimeProvider.System), controls, catalog.Policy.AutoPause, journeyId, ct);
            if (list.Problem(journeyId, catalog, controls) is { } problem) throw new CommandFault(problem);
            Console.Out.Write(parsed.GetValue(json) ? JsonSerializer.Serialize(list, ReceptionJson.Default.ReceptionList) + "\n" : Text(list));
        });
        return command;
    }

    /// <summary>A table without colours, a line for each journey and one for each topic and provider in it.</summary>
    public static string Text(ReceptionList list)
    {
        if (list.Journeys.Count == 0) return $"Nothing was sent in {list.Within}.\n";
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = true;
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (name, right) in new[] { ("journey", false), ("topic", false), ("domain", false), ("sent", true), ("hard bounces", true), ("complaints", true), ("unsubscribes", true) })
            table.AddColumn(right ? new TableColumn(name).RightAligned() : new TableColumn(name));
        foreach (var journey in list.Journeys)
        {
            Add(journey.Journey, "", "", journey.Sent, journey.HardBounces, journey.Complaints, journey.Unsubscribes);
            foreach (var line in journey.Of) Add("", line.Topic, line.Domain ?? "others", line.Sent, line.HardBounces, line.Complaints, line.Unsubscribes);
        }
        console.Write(table);
        foreach (var journey in list.Journeys)
        {
            if (journey.Stop != "none") text.WriteLine($"{journey.Journey} is {journey.Stop}; `marketing controls` says why.");
            else if (journey.Passed is { } passed) text.WriteLine($"{journey.Journey} will pause itself: {passed}.");
            else if (journey.Since is { } since) text.WriteLine($"{journey.Journey} is counted since it goes on again, {since.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.");
        }
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => line.Length == 0));

        void Add(string name, string topic, string domain, long sent, params ReadOnlySpan<long> counts)
        {
            List<Text> cells = [new(name), new(topic), new(domain), new(Number(sent))];
            foreach (var count in counts) cells.Add(new(sent == 0 ? Number(count) : $"{Number(count)}  {(count * 100.0 / sent).ToString("0.00", CultureInfo.InvariantCulture),6} %"));
            table.AddRow(cells);
        }
    }

    private static string Number(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);
}
