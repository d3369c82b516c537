namespace MarketingAutomation.Handlers;

/// <summary>Does work again that met a fault which passes by itself, with growing pauses.</summary>
/// <param name="chance">Spreads the pauses; the system's own where not given.</param>
internal sealed class Retries(TimeProvider clock, Random? chance = null)
{
    /// <summary>How long to try while others wait for the same batch. Short: a delayed copy comes next, and a batch's lock is not renewed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(5);

    private readonly Random chance = chance ?? Random.Shared;

    /// <param name="patience">No new try begins later than this after the first.</param>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan patience, CancellationToken ct)
    {
        var since = clock.GetTimestamp();
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
            try
            {
                return await work(ct);
            }
            catch (Exception fault) when (Faults.IsOfWork(fault, ct) && Faults.Passes(fault) && clock.GetElapsedTime(since) + pause < patience)
            {
                await Task.Delay(pause * (1 + chance.NextDouble() / 4), clock, ct); // spread, so that what failed together does not come back together
            }
    }

    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct) => RunAsync(work, Patience, ct);

    public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken ct) => RunAsync(work, Patience, ct);

    public Task RunAsync(Func<CancellationToken, Task> work, TimeSpan patience, CancellationToken ct) => RunAsync(async token =>
    {
        await work(token);
        return true;
    }, patience, ct);
}
