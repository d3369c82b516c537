using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

/// <summary>What a message is rendered from: one customer, one run, one delivery.</summary>
/// <param name="Message">Message's id, the name of its folder; <c>message.id</c> in templates.</param>
/// <param name="Journey">Journey's id; <c>journey.id</c> in templates.</param>
/// <param name="Traits">The customer's traits; <c>customer</c> in templates.</param>
/// <param name="Event">Details of the event that started the run, undefined where none did; <c>event</c> in templates.</param>
/// <param name="Locale">The customer's own language, such as <c>zh-CN</c>; null where not known.</param>
/// <param name="DefaultLocale">Language where there are no texts in the customer's own.</param>
/// <param name="UnsubscribeUrl">One-click address, already signed; null where the topic cannot be refused. <c>unsubscribe_url</c> in templates.</param>
/// <param name="Tracking">The delivery's own links; null where tracking is off: links stay as written, and there is no pixel.</param>
public sealed record RenderContext(
    string Message,
    string Journey,
    ImmutableSortedDictionary<string, JsonElement> Traits,
    JsonElement Event,
    string? Locale,
    string DefaultLocale,
    string? UnsubscribeUrl,
    DeliveryLinks? Tracking);
