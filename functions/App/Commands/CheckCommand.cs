using System.CommandLine;
using MarketingAutomation.Jurisdictions;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing check</c>: says everything that is wrong with a config folder.</summary>
internal static class CheckCommand
{
    // Checking needs no deployment: nothing it holds is shown.
    private static readonly Deployment Nobody = new(new byte[32], new byte[32], new("http://localhost"));

    public static Command Create()
    {
        var config = CommonOptions.Config();
        Option<bool> coverage = new("--coverage") { Description = "Show which messages are written in which languages also where none is missing." };
        var command = new Command("check", "Checks the config folder and lists every problem with its file, place and what to change; exit code 1 if there is any.") { config, coverage };
        command.SetAction(parsed => Check(parsed.GetRequiredValue(config), parsed.GetValue(coverage)));
        return command;
    }

    private static int Check(string folder, bool coverage)
    {
        var result = ConfigFiles.Read(folder, 1, Nobody);
        foreach (var problem in result.Problems) Console.Out.WriteLine(problem);
        if (result.Catalog is { } sound) Tell(sound, coverage);
        Console.Out.WriteLine(result.Catalog is { } catalog
            ? $"OK: {catalog.Segments.Count} segments, {catalog.Journeys.Count - catalog.Broadcasts.Count()} journeys, {catalog.Broadcasts.Count()} broadcasts, {catalog.Messages.Count} messages."
            : $"{result.Problems.Count} problem{(result.Problems.Count == 1 ? "" : "s")}.");
        return result.Catalog is null ? 1 : 0;
    }

    // What somebody should look at, though nothing is wrong.
    private static void Tell(Catalog catalog, bool always)
    {
        foreach (var note in catalog.Messages.SelectMany(message => MessageTemplates.Notes(message.Key, message.Value)).Distinct().Concat(TrackingNotes.Of(catalog))) Console.Out.WriteLine($"Note: {note}");
        var languages = Coverage.Of(catalog);
        if (always || !languages.IsComplete) Console.Out.Write(languages);
    }
}
