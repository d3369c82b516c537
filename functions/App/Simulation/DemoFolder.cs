using MarketingAutomation.Commands;

namespace MarketingAutomation.Simulation;

/// <summary>The data folder of a demo. A demo clears away what an earlier one left, however far that one came, and nothing else.</summary>
internal static class DemoFolder
{
    private const string Marker = "made-by-demo.txt", Outbox = "outbox";

    /// <summary>Where the demo's messages go.</summary>
    public static string OutboxOf(string folder) => Path.Combine(folder, Outbox);

    /// <summary>Locks the folder and makes it fresh; the lock is the caller's to give back.</summary>
    /// <exception cref="CommandFault">It holds something that no demo has made, or another process works on it.</exception>
    public static DataLock Take(string folder)
    {
        var marker = Path.Combine(folder, Marker);
        if (Directory.Exists(folder) && !File.Exists(marker) && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) != DataLock.FileName))
            throw new CommandFault($"{folder} holds data that no demo has made, and a demo starts afresh; name another folder with --data.");
        var taken = DataLock.Take(folder);
        File.WriteAllText(marker, "The data in this folder were made up by `marketing demo`. The next demo deletes them and starts afresh.\n");
        foreach (var database in Directory.EnumerateFiles(folder, "marketing.db*")) File.Delete(database);
        if (Directory.Exists(OutboxOf(folder))) Directory.Delete(OutboxOf(folder), recursive: true);
        return taken;
    }
}
