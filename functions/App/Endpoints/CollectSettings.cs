namespace MarketingAutomation.Endpoints;

/// <summary>Who may send events, and where.</summary>
/// <param name="WriteKeys">Keys that SDKs show; where the set is empty every key is good, and none is needed.</param>
/// <param name="PublicUrl">Where SDKs reach <c>/v1/…</c>, without a trailing slash.</param>
internal sealed record CollectSettings(IReadOnlySet<string> WriteKeys, Uri PublicUrl);
