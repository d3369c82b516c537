using MarketingAutomation.Storage;

namespace MarketingAutomation.EndToEnd;

/// <summary>A folder of a test's own, gone when the test is over; with a storage account and a namespace where it takes them.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marketing-");
    private AzureStandIn? azure;

    public string Data => Folder("data");

    public string Config => Folder("config");

    /// <summary>What the stand-ins go by.</summary>
    public AheadClock Clock { get; } = new();

    /// <summary>The environment that leads a server to this data.</summary>
    public IReadOnlyDictionary<string, string> Settings => azure?.Settings ?? new Dictionary<string, string>();

    public string Folder(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Called before a server is started; the test is skipped where the place cannot be had.</summary>
    public async Task TakeAsync(Place place, Azurite azurite)
    {
        if (place == Place.Azure) azure = await AzureStandIn.OpenAsync(azurite, Clock);
    }

    /// <summary>Opens the data, wherever they are.</summary>
    public DataFolder Look() => new(Data, azure, Clock);

    public void Dispose()
    {
        azure?.Dispose();
        folder.Delete(recursive: true);
    }
}
