using System.Collections.Immutable;

namespace MarketingAutomation.Config;

/// <summary>The config folder the product starts with, read from the repository.</summary>
internal static class SampleConfig
{
    public static readonly Deployment Deployment = new(new byte[32], new byte[32], new Uri("https://shop.example"));

    public static readonly string Repository = FindRepository();

    public static readonly string Folder = Path.Combine(Repository, "functions", "config");

    /// <summary>Every file, the schemas and this folder's read-me included.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Files = FilesIn(Folder);

    public static ImmutableSortedDictionary<string, string> FilesIn(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToImmutableSortedDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllText, StringComparer.Ordinal);

    public static ConfigResult Read(IReadOnlyDictionary<string, string> files) => ConfigReader.Read(files, 1, Deployment);

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MarketingAutomation.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
