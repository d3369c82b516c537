using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

/// <summary>What a message is rendered from: one customer, one run, one delivery.</summary>
/// <param name="Message">Message's id, the name of its folder; <c>message.id</c> in templates.</param>
/// <param name="Journey">Journey's id; <c>journey.id</c> in templates.</param>
/// <param name="Traits">The customer's traits, the computed ones among them; <c>customer</c> in templates.</param>
/// <param name="Event">Details of the event that started the run, undefined where none did; <c>event</c> in templates.</param>
/// <param name="Locale">The customer's own language, such as <c>zh-CN</c>; null where not known.</param>
/// <param name="DefaultLocale">Language where there are no texts in the customer's own.</param>
/// <param name="UnsubscribeUrl">One-click address, already signed; null where the topic cannot be refused. <c>unsubscribe_url</c> in templates.</param>
/// <param name="Tracking">The delivery's own links; null where the customer is not to be tracked: links stay as written, and there is no pixel.</param>
/// <param name="PreferencesUrl">Where the customer says yes or no to each topic; <c>preferences_url</c> in templates.</param>
/// <param name="WhyUrl">Where the customer reads why the message came; <c>why_url</c> in templates.</param>
/// <param name="Segments">The segments the customer is in; <c>segments</c> in templates.</param>
/// <param name="Zone">IANA zone in which dates are written.</param>
/// <param name="ViewUrl">Where the message can be read in a browser; <c>view_url</c> in templates.</param>
/// <param name="SubjectPrefix">What the subject must begin with, by language; null where it need not.</param>
public sealed record RenderContext(
    string Message,
    string Journey,
    ImmutableSortedDictionary<string, JsonElement> Traits,
    JsonElement Event,
    string? Locale,
    string DefaultLocale,
    string? UnsubscribeUrl,
    DeliveryLinks? Tracking,
    string? PreferencesUrl = null,
    string? WhyUrl = null,
    IEnumerable<string>? Segments = null,
    string Zone = "UTC",
    string? ViewUrl = null,
    IReadOnlyDictionary<string, string>? SubjectPrefix = null)
{
    /// <summary>What a customer's message is rendered from.</summary>
    /// <param name="topic">What the customer can refuse with its link.</param>
    /// <param name="entry">Details of the event that started the run; undefined where none did.</param>
    /// <param name="now">For computed traits that count days.</param>
    public static RenderContext Of(Catalog catalog, Customer customer, string message, string topic, string journey, JsonElement entry, DeliveryLinks links, DateTimeOffset now)
    {
        var policy = catalog.Policy;
        var (mayBeRefused, law) = (policy.MayBeRefused(topic), policy.JurisdictionOf(customer));
        return new(
            message, journey, Computed.Traits(customer, catalog, now), entry, customer.Locale, policy.DefaultLocale, mayBeRefused ? links.Unsubscribe(topic) : null,
            Consents.May(policy, customer, Consents.Tracking) ? links : null, links.Preferences(), links.Why(), customer.Segments.Keys, CustomerZone.Of(policy, customer).Id,
            links.View(), mayBeRefused && law is not null ? policy.Packs.All[law].SubjectPrefix : null);
    }
}
