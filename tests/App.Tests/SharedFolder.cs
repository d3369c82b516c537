namespace MarketingAutomation;

/// <summary>Real data that is not part of the project: the folder <c>MARKETING_SHARED</c> names, or <c>shared</c> beside the repository.</summary>
internal static class SharedFolder
{
    /// <summary>Path of a file in it; the test is skipped where there is none.</summary>
    public static string FileOrSkip(string name)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("MARKETING_SHARED") ?? Path.Combine(Repository, "..", "shared"), name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not here; MARKETING_SHARED names the folder that has it.");
        return path;
    }

    /// <summary>The folder of the repository.</summary>
    public static string Repository { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "MarketingAutomation.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository."));
}
