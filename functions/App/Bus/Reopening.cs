namespace MarketingAutomation.Bus;

/// <summary>Something that may be lost at any time and is opened again when next asked for; by one caller for all.</summary>
internal sealed class Reopening<T>(Func<CancellationToken, Task<T>> open, Func<T, bool> isOpen) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile T? _current;

    /// <summary>The last one opened, whether still open or not.</summary>
    public T? Current => _current;

    public ValueTask<T> GetAsync(CancellationToken ct) => _current is { } current && isOpen(current) ? new(current) : new(OpenAsync(ct));

    public void Dispose() => _one.Dispose();

    private async Task<T> OpenAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_current is { } current && isOpen(current)) return current;
            return _current = await open(ct);
        }
        finally
        {
            _one.Release();
        }
    }
}
