namespace MarketingAutomation.Doctor.Dns;

/// <summary>All that is asked of DNS.</summary>
internal interface IResolver
{
    /// <summary>The TXT records of a name, each put together from its parts; none where the name is not there.</summary>
    /// <exception cref="DnsFault">The name server does not answer, or says that it cannot.</exception>
    Task<IReadOnlyList<string>> TextAsync(string name, CancellationToken ct);

    /// <summary>Whether mail to the domain has anywhere to go: an MX record that is not the null one, or an address.</summary>
    /// <exception cref="DnsFault">As above.</exception>
    Task<bool> TakesMailAsync(string domain, CancellationToken ct);
}

/// <summary>DNS gave no answer, which is no answer either way.</summary>
internal sealed class DnsFault(string name, Exception? inner = null) : Exception($"DNS did not answer for {name}.", inner)
{
    public string Asked { get; } = name;
}
