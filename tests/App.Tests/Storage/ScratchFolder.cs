namespace MarketingAutomation.Storage;

/// <summary>A folder of its own that goes with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marketing-");

    /// <summary>Where the test's SQLite file is.</summary>
    public string File => Path.Combine(_folder.FullName, "test.db");

    public void Dispose() => _folder.Delete(recursive: true);
}
