namespace MarketingAutomation.Bus;

/// <summary>For people: what was put aside, and what becomes of it.</summary>
internal interface IDeadLetters
{
    /// <summary>The queue's messages put aside, the oldest first.</summary>
    Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string queue, int most, CancellationToken ct);

    /// <summary>Sends a dead letter again, as if new.</summary>
    /// <returns>False where it is no longer there.</returns>
    Task<bool> ResubmitAsync(DeadLetter letter, CancellationToken ct);

    /// <summary>Deletes a dead letter for good.</summary>
    /// <returns>False where it is no longer there.</returns>
    Task<bool> DiscardAsync(DeadLetter letter, CancellationToken ct);
}
