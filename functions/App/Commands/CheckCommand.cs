using System.CommandLine;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing check</c>: says everything that is wrong with a config folder.</summary>
internal static class CheckCommand
{
    // Checking needs no deployment: nothing it holds is shown.
    private static readonly Deployment Nobody = new(new byte[32], new byte[32], new("http://localhost"));

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("check", "Checks the config folder and lists every problem with its file, place and what to change; exit code 1 if there is any.") { config };
        command.SetAction(parsed => Check(parsed.GetRequiredValue(config)));
        return command;
    }

    private static int Check(string folder)
    {
        var result = ConfigFiles.Read(folder, 1, Nobody);
        foreach (var problem in result.Problems) Console.Out.WriteLine(problem);
        Console.Out.WriteLine(result.Catalog is { } catalog
            ? $"OK: {catalog.Segments.Count} segments, {catalog.Journeys.Count} journeys, {catalog.Messages.Count} messages."
            : $"{result.Problems.Count} problem{(result.Problems.Count == 1 ? "" : "s")}.");
        return result.Catalog is null ? 1 : 0;
    }
}
