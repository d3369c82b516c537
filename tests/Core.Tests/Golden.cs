using System.Runtime.CompilerServices;

namespace MarketingAutomation;

/// <summary>Texts a person has looked at and approved, in the test project's folder <c>Golden</c>. <c>UPDATE_GOLDEN=1</c> approves what comes out now.</summary>
internal static class Golden
{
    /// <param name="name">File name, such as <c>welcome.html</c>.</param>
    public static void Match(string name, string text, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Project(test), "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }
        Assert.True(File.Exists(path), $"Golden/{name} does not exist: look at what comes out, then approve it with UPDATE_GOLDEN=1.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Project(string test)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(test)!);
        while (folder.GetFiles("*.csproj").Length == 0) folder = folder.Parent!;
        return folder.FullName;
    }
}
