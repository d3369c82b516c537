namespace MarketingAutomation.Bus;

/// <summary>The bus could not be reached, or did not answer in time, however often it was asked. What was sent may have arrived.</summary>
/// <param name="condition">What the last try met.</param>
internal sealed class BusUnavailableException(string queue, string condition) : Exception($"The bus cannot be reached for the queue {queue}: {condition}. Nothing is wrong with the message; try again later.")
{
    public string Queue { get; } = queue;

    public string Condition { get; } = condition;
}

/// <summary>The queue or the namespace is full. Trying again at once makes it worse.</summary>
internal sealed class BusFullException(string queue, string condition) : Exception($"The queue {queue} is full ({condition}); let it drain or make it larger.")
{
    public string Queue { get; } = queue;
}

/// <summary>The bus will never take this message.</summary>
internal sealed class BusMessageException(string queue, string condition) : Exception($"The bus refuses a message for the queue {queue}: {condition}.")
{
    public string Queue { get; } = queue;

    public string Condition { get; } = condition;
}

/// <summary>The queue cannot be used by us at all: it does not exist, is disabled, or is not ours.</summary>
internal sealed class BusEntityException(string queue, string condition, string advice) : Exception($"The queue {queue} cannot be used ({condition}): {advice}.")
{
    public string Queue { get; } = queue;

    public string Condition { get; } = condition;
}

/// <summary>The lock on a message ended before it was settled; the message comes back by itself.</summary>
internal sealed class BusLockException(string queue) : Exception($"A lock on a message of the queue {queue} was lost.")
{
    public string Queue { get; } = queue;
}
