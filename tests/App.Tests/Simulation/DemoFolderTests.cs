using MarketingAutomation.Commands;

namespace MarketingAutomation.Simulation;

public sealed class DemoFolderTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    private string Folder => Path.Combine(scratch.Path, "demo");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_folder_is_made_where_there_is_none()
    {
        DemoFolder.Take(Folder).Dispose();
        Assert.True(Directory.Exists(Folder));
    }

    [Fact]
    public void What_an_earlier_demo_left_is_cleared_away_and_what_others_put_there_stays()
    {
        DemoFolder.Take(Folder).Dispose();
        Directory.CreateDirectory(DemoFolder.OutboxOf(Folder));
        foreach (var name in new[] { "marketing.db", "marketing.db-wal", "marketing.db-shm", "outbox/a.eml", "notes.txt" }) File.WriteAllText(Path.Combine(Folder, name), "x");

        DemoFolder.Take(Folder).Dispose();

        Assert.False(Directory.Exists(DemoFolder.OutboxOf(Folder)));
        Assert.Equal(["made-by-demo.txt", "notes.txt", "serve.lock"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Data_that_no_demo_made_are_refused_and_left_alone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "marketing.db"), "dear");

        var fault = Assert.Throws<CommandFault>(() => DemoFolder.Take(Folder));

        Assert.Contains("--data", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["marketing.db"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
        Assert.Equal("dear", File.ReadAllText(Path.Combine(Folder, "marketing.db")));
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        File.WriteAllText(Folder, "dear");
        Assert.Throws<CommandFault>(() => DemoFolder.Take(Folder));
        Assert.Equal("dear", File.ReadAllText(Folder));
    }

    [Fact]
    public void A_folder_that_is_being_served_keeps_its_data()
    {
        DemoFolder.Take(Folder).Dispose();
        File.WriteAllText(Path.Combine(Folder, "marketing.db"), "live");
        using var server = DataLock.Take(Folder);
        Assert.Throws<CommandFault>(() => DemoFolder.Take(Folder));
        Assert.Equal("live", File.ReadAllText(Path.Combine(Folder, "marketing.db")));
    }
}
