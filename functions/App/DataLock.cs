using MarketingAutomation.Commands;

namespace MarketingAutomation;

/// <summary>Held by the one process that works a data folder's queues; the system releases it when the process ends, however it ends.</summary>
internal sealed class DataLock : IDisposable
{
    public const string FileName = "serve.lock";

    private readonly FileStream file;

    private DataLock(FileStream file) => this.file = file;

    /// <exception cref="CommandFault">Another process has it.</exception>
    public static DataLock Take(string folder)
    {
        if (File.Exists(folder)) throw new CommandFault($"{folder} is a file; name another folder with --data.");
        Directory.CreateDirectory(folder);
        try
        {
            return new(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new CommandFault($"Another process is working on {folder}; stop it, or name another folder with --data.");
        }
    }

    public void Dispose() => file.Dispose();
}
