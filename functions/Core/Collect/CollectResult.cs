namespace MarketingAutomation.Collect;

/// <summary>What became of one request body.</summary>
public abstract record CollectResult
{
    private CollectResult() { }

    /// <summary>The body could be read; every call in it is in exactly one of the two lists, in the order given.</summary>
    /// <param name="WriteKey">The body's own write key, unchecked; null where it has none.</param>
    public sealed record Taken(string? WriteKey, IReadOnlyList<CustomerEvent> Accepted, IReadOnlyList<Rejection> Rejected) : CollectResult;

    /// <summary>Nothing of the body can be used, and sending it again will not help.</summary>
    /// <param name="Problem">One sentence for the sender, without personal data.</param>
    public sealed record Unreadable(string Problem) : CollectResult;
}

/// <summary>One call that was not accepted; the others of its batch are unaffected.</summary>
/// <param name="Index">Place in the batch, from 0.</param>
/// <param name="MessageId">The call's own messageId, where it has a usable one.</param>
/// <param name="Reason">One sentence for the sender, without personal data.</param>
public sealed record Rejection(int Index, string? MessageId, string Reason);
