
namespace MarketingAutomation.Doctor;

/// <summary>The data folder of an embedded install: may be written to, and has room.</summary>
internal sealed class DataFolderCheck(string folder, Func<string, long>? freeBytes = null) : ICheck
{
    private const long Little = 1L << 30, None = 100L << 20;

    public string Name => "data folder";

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<Finding>>([Look()]);

    private Finding Look()
    {
        var path = Path.GetFullPath(folder);
        if (File.Exists(path)) return new(Name, Severity.Blocking, $"{folder} is a file.", "Name a folder with --data.");
        var nearest = path; // what is there of it already
        while (!Directory.Exists(nearest)) nearest = Path.GetDirectoryName(nearest)!;
        if (!IsWritable(nearest)) return new(Name, Severity.Blocking, $"{(nearest == path ? folder : nearest)} cannot be written to.", "Let the user that runs `marketing` write there, or name another folder with --data.");
        return (freeBytes ?? Free)(nearest) switch
        {
            < None => new(Name, Severity.Blocking, "Its disk has less than 100 MB free.", "Make room before anything else is taken in."),
            < Little => new(Name, Severity.Warning, "Its disk has less than 1 GB free.", "Make room: an event takes about a kilobyte."),
            _ when nearest != path => new(Name, Severity.Fine, $"{folder} is not there yet; `marketing serve` makes it."),
            _ => new(Name, Severity.Fine, $"{folder} can be written to and has room."),
        };
    }

    private static bool IsWritable(string folder)
    {
        var probe = Path.Combine(folder, $".doctor-{Guid.NewGuid():n}");
        try
        {
            using (File.Create(probe, 1, FileOptions.DeleteOnClose)) { }
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Free(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
