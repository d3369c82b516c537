namespace MarketingAutomation;

/// <summary>What tells one deployment from another: its secrets and its public address.</summary>
/// <param name="Pepper">Secret, 32 bytes; customer keys hang on it, so it never changes.</param>
/// <param name="TrackingKey">Secret, 32 bytes; signs the links in messages.</param>
/// <param name="PublicUrl">Where customers' browsers and mail programs reach <c>/t/…</c>, without a trailing slash.</param>
public sealed record Deployment(byte[] Pepper, byte[] TrackingKey, Uri PublicUrl);
