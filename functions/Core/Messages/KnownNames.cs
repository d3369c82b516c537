namespace MarketingAutomation.Messages;

/// <summary>What there is in the config for templates to name; whatever is null is not checked.</summary>
public sealed record KnownNames(IReadOnlyCollection<string>? Segments = null)
{
    public static readonly KnownNames Unknown = new();
}
