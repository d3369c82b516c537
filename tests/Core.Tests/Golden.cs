namespace MarketingAutomation;

/// <summary>Compares what we write with what was approved; <c>UPDATE_GOLDEN=1</c> approves what is written now.</summary>
internal static class Golden
{
    /// <param name="name">File in <c>tests/Core.Tests/Golden</c>.</param>
    public static void Match(string name, string actual)
    {
        var path = Path.Combine(Root(), "tests", "Core.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"Nothing is approved as {name} yet: look at it, then run with UPDATE_GOLDEN=1.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MarketingAutomation.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        return folder;
    }
}
