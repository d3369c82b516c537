using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>What holds for every call of one request.</summary>
/// <param name="Type">As the path implies it; null where each call says its own.</param>
/// <param name="ReceivedAt">UTC.</param>
/// <param name="MayBeDeep">Some call of the request is nested too deeply, so each must be looked at.</param>
/// <param name="Context">The batch's own context, which lies below that of each call; undefined or null for none.</param>
/// <param name="SentAt">The batch's own sentAt, for calls without one; undefined or null for none.</param>
public sealed record CallScope(CallType? Type, DateTimeOffset ReceivedAt, bool MayBeDeep, JsonElement Context = default, JsonElement SentAt = default);
