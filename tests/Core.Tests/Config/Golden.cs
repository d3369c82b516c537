namespace MarketingAutomation.Config;

/// <summary>Compares with a file that a person has approved; with UPDATE_GOLDEN=1 in the environment, writes it instead.</summary>
internal static class Golden
{
    public static void Match(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path), $"{path} is missing: run with UPDATE_GOLDEN=1 and look at what it writes");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
