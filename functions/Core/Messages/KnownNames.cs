namespace MarketingAutomation.Messages;

/// <summary>What there is in the config for templates to name; whatever is null is not checked.</summary>
/// <param name="Traits">Ids of computed traits.</param>
public sealed record KnownNames(IReadOnlyCollection<string>? Segments = null, IReadOnlyCollection<string>? Traits = null)
{
    public static readonly KnownNames Unknown = new();
}
