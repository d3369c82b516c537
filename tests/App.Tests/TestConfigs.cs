namespace MarketingAutomation;

/// <summary>Config folders and mappings that tests bring along.</summary>
internal static class TestConfigs
{
    public static string Cdnow { get; } = Path.Combine(SharedFolder.Repository, "tests", "App.Tests", "Configs", "cdnow");

    public static string Sample { get; } = Path.Combine(SharedFolder.Repository, "functions", "config");

    public static string Mapping(string name) => Path.Combine(SharedFolder.Repository, "tests", "App.Tests", "Mappings", $"{name}.json");
}
