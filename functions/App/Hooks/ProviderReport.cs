using MarketingAutomation.Channels;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Hooks;

/// <summary>One thing a provider reports.</summary>
/// <param name="Of">Whose message it is about; null where it is none of ours, or the report does not say.</param>
internal sealed record ProviderReport(DeliveryName? Of, Callback Callback);
