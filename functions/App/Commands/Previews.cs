using System.Runtime.CompilerServices;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;
using MarketingAutomation.Storage;
using MarketingAutomation.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Commands;

/// <summary>One message as one customer would get it.</summary>
/// <param name="From">What it is rendered from, in words without personal data.</param>
/// <param name="Outgoing">Null where it cannot be rendered.</param>
internal sealed record Preview(CustomerKey Customer, string From, Rendering Rendering, OutgoingMessage? Outgoing);

/// <summary>Renders a message for stored customers. Its links lead nowhere, so that nobody who looks at a preview counts or unsubscribes a customer.</summary>
/// <param name="locale">Instead of the customer's own; null leaves it.</param>
internal sealed class Previews(IPartitionStore store, Catalog catalog, string message, string? locale, TimeProvider clock)
{
    private const string Nowhere = "https://preview.invalid";

    private readonly CustomerStore customers = new(store, catalog, clock, new(store, NullLogger<Quarantine>.Instance));
    private readonly string? journey = catalog.Journeys.Keys.FirstOrDefault(id => catalog.Rules.PlanOf(id).Messages.Contains(message));

    /// <param name="id">A userId or an anonymousId.</param>
    /// <exception cref="CommandFault">Nothing is known of such a customer.</exception>
    public async IAsyncEnumerable<Preview> OfAsync(string id, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var key in (CustomerKey[])[CustomerKey.OfUser(catalog.Deployment.Pepper, id), CustomerKey.OfAnonymous(catalog.Deployment.Pepper, id)])
            if (await LoadAsync(key, ct) is { } customer)
            {
                yield return await RenderAsync(customer, ct);
                yield break;
            }
        throw new CommandFault($"Nothing is known of a customer {id}: there is none with this userId or anonymousId in this data folder.");
    }

    /// <summary>The first customer of each of so many equal parts of all keys; where there are few customers, all of them.</summary>
    public async IAsyncEnumerable<Preview> SampleAsync(int count, [EnumeratorCancellation] CancellationToken ct)
    {
        HashSet<CustomerKey> seen = [];
        for (var part = 0; part < count; part++)
            for (var key = await FirstAsync($"{part * 256 / count:x2}-", ct) ?? await FirstAsync("", ct); key is { } next; key = await FirstAsync($"{next}!", ct))
            {
                if (!seen.Add(next)) continue;
                if (await LoadAsync(next, ct) is not { } customer || (customer.Key != next && !seen.Add(customer.Key))) continue;
                yield return await RenderAsync(customer, ct);
                break;
            }
    }

    private async Task<CustomerKey?> FirstAsync(string from, CancellationToken ct)
    {
        await foreach (var row in store.ScanAsync(Tables.Customers, from, "~", ct)) return new(row.Partition);
        return null;
    }

    // Where a merge has brought the customer; null where nothing is known.
    private async Task<Customer?> LoadAsync(CustomerKey key, CancellationToken ct)
    {
        var customer = (await customers.LoadAsync(key, ct)).Customer;
        if (customer.MergedInto is { } known) customer = (await customers.LoadAsync(known, ct)).Customer;
        return customer.Version > 0 ? customer : null;
    }

    private async Task<Preview> RenderAsync(Customer customer, CancellationToken ct)
    {
        var (from, entry, entered) = await EntryAsync(customer, ct);
        var folder = catalog.Messages[message];
        var links = Links.Of(catalog.Deployment).For(customer.Key, "preview");
        var context = RenderContext.Of(catalog, customer, message, folder.Message.Topic, entered, entry, links, clock.GetUtcNow());
        context = context with
        {
            Locale = locale ?? context.Locale,
            UnsubscribeUrl = context.UnsubscribeUrl is null ? null : $"{Nowhere}/unsubscribe",
            PreferencesUrl = $"{Nowhere}/preferences",
            WhyUrl = $"{Nowhere}/why",
            ViewUrl = $"{Nowhere}/view",
            Tracking = null,
        };
        from += Law(customer);
        var rendering = MessageRenderer.Render(folder, context);
        return new(customer.Key, from, rendering, rendering is not Rendering.Ready ready ? null
            : new("preview", customer.Email ?? "customer@preview.invalid", SenderOf(folder.Message), ready.Subject, ready.Html, ready.Text, ready.Locale, context.UnsubscribeUrl));
    }

    // In words, which pack holds for the customer, and that its message would not be tracked.
    private string Law(Customer customer) => (catalog.Policy.JurisdictionOf(customer) is { } pack ? $", jurisdiction {pack}" : "") + (Consents.May(catalog.Policy, customer, Consents.Tracking) ? "" : ", without tracking");

    // The run the customer is in; else the event that would start one, as it last happened to the customer; else nothing.
    private async Task<(string Words, JsonElement Entry, string Journey)> EntryAsync(Customer customer, CancellationToken ct)
    {
        var runs = from run in customer.Runs.Values
                   where catalog.Journeys.ContainsKey(run.Journey) && catalog.Rules.PlanOf(run.Journey).Messages.Contains(message)
                   orderby run.EnteredAt, run.Id
                   select run;
        if (runs.LastOrDefault() is { } latest) return ($"run of {latest.Journey} from {latest.EnteredAt:yyyy-MM-dd}", latest.Entry, latest.Journey);
        if (journey is null) return ("no journey sends this message", default, "preview");
        if (catalog.Journeys[journey].Entry is Entry.Event entry)
            return (await customers.HistoryAsync(customer.Key, ct)).LastOrDefault(e => e.EventName == entry.Name && entry.Where.Hold(e.Details)) is { } e
                ? ($"\"{entry.Name}\" of {e.At:yyyy-MM-dd}", e.Details, journey)
                : ($"no \"{entry.Name}\" yet", default, journey);
        return ("no run yet", default, journey);
    }

    private Sender SenderOf(Message sent) => catalog.Policy.Senders[sent.From ?? catalog.Policy.Senders.Keys.Min(StringComparer.Ordinal)!];
}
