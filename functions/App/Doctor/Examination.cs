namespace MarketingAutomation.Doctor;

/// <summary>Runs checks in order; one that fails or takes too long is a finding and stops no other.</summary>
internal static class Examination
{
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<Finding>> RunAsync(IEnumerable<ICheck> checks, TimeProvider clock, CancellationToken ct) =>
        [.. (await Task.WhenAll(checks.Select(check => RunAsync(check, clock, ct)))).SelectMany(findings => findings)];

    private static async Task<IReadOnlyList<Finding>> RunAsync(ICheck check, TimeProvider clock, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(MostTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await check.RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [new(check.Name, Severity.Blocking, $"No answer within {MostTime.TotalSeconds:0} seconds.", "Look whether a firewall or a proxy is in between, then run the doctor again.")];
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Its own text is left out: it may quote a connection string or a customer.
            return [new(check.Name, Severity.Blocking, $"The check itself failed with {fault.GetType().Name}.", "Mend what the other checks find and run the doctor again.")];
        }
    }
}
