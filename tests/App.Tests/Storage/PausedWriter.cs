namespace MarketingAutomation.Storage;

/// <summary>While it lives the file's writer is busy, and whatever is handed to it waits.</summary>
internal sealed class PausedWriter : IDisposable
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _goOn = new();

    private PausedWriter(SqliteFile file) => _ = file.WriteAsync(_ =>
    {
        _begun.SetResult();
        _goOn.Wait();
        return 0;
    }, size: 0, CancellationToken.None);

    public static async Task<PausedWriter> PauseAsync(SqliteFile file)
    {
        var paused = new PausedWriter(file);
        await paused._begun.Task;
        return paused;
    }

    public void Dispose() => _goOn.Set();
}
