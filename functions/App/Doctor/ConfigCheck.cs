using MarketingAutomation.Commands;

namespace MarketingAutomation.Doctor;

/// <summary>The config folder, as <c>marketing check</c> sees it.</summary>
internal sealed class ConfigCheck(string folder) : ICheck
{
    private static readonly Deployment Nobody = new(new byte[32], new byte[32], new("http://localhost"));

    public string Name => "config";

    /// <summary>The catalog; null where the folder is missing or has problems.</summary>
    public static Catalog? Read(string folder)
    {
        try
        {
            return ConfigFiles.Read(folder, 1, Nobody).Catalog;
        }
        catch (CommandFault)
        {
            return null;
        }
    }

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<Finding>>([Look()]);

    private Finding Look()
    {
        try
        {
            var result = ConfigFiles.Read(folder, 1, Nobody);
            return result.Catalog is { } catalog
                ? new(Name, Severity.Fine, $"{catalog.Segments.Count} segments, {catalog.Journeys.Count - catalog.Broadcasts.Count()} journeys, {catalog.Messages.Count} messages.")
                : new(Name, Severity.Blocking, $"{result.Problems.Count} problem{(result.Problems.Count == 1 ? "" : "s")}, the first: {result.Problems[0]}", "Run `marketing check` to see all, and mend them.");
        }
        catch (CommandFault fault)
        {
            return new(Name, Severity.Blocking, fault.Message, "Name the folder with --config.");
        }
    }
}
