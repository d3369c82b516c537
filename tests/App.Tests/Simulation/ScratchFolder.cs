namespace MarketingAutomation.Simulation;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("marketing-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
