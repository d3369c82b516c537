namespace MarketingAutomation.EndToEnd;

/// <summary>A folder of a test's own, gone when the test is over.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marketing-");

    public string Data => Folder("data");

    public string Config => Folder("config");

    public string Folder(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
