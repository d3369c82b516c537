using System.Globalization;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Segments;

namespace MarketingAutomation.EndToEnd;

/// <summary>A shop that greets by receipt, and what must be known of one customer who looked around before it knew her.</summary>
internal static class PeerShop
{
    public const string Device = "device-1", UserId = "ada", Email = "ada@shop.example";

    private const int ManyViews = 20;

    public static void WriteConfig(string folder) => ConfigWriter.In(folder)
        .Segment("lookers", $$"""{ "event": "Product Viewed", "count": { "atLeast": {{ManyViews}} } }""")
        .Segment("buyers", """{ "event": "Order Completed" }""")
        .Segment("gold", """{ "trait": "plan", "is": "gold" }""")
        .Message("receipt", "orders", "Your order of {{ event.revenue }}", """<p>Thank you, {{ customer.first_name }}. <a href="https://shop.example/orders">Your orders</a></p>""")
        .Journey("receipt", """ "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "send", "send": "receipt" } ]""");

    /// <summary>She buys. SDKs keep no order between requests, so whoever wants her address to be known by then sends this after <see cref="Calls"/> were flushed.</summary>
    public static PeerCall Order { get; } = new("track", UserId, Event: "Order Completed", Properties: new { revenue = 42 });

    /// <summary>She looks at products, the first half of them before she says who she is.</summary>
    /// <param name="views">How many products, even.</param>
    public static IEnumerable<PeerCall> Calls(int views) =>
    [
        .. Views(1, views / 2, anonymousId: Device),
        new("identify", UserId, Device, Traits: new { email = Email, first_name = "Ada", plan = "gold" }),
        .. Views(views / 2 + 1, views / 2, userId: UserId),
    ];

    public static PeerCall View(int product, string? userId = null, string? anonymousId = null, string? description = null) =>
        new("track", userId, anonymousId, "Product Viewed", new { product, description });

    /// <summary>Waits until everything is worked, and looks whether the profile, its segments and runs, and the one message are as they must be: each view there once.</summary>
    public static async Task AssertProfileAsync(string folder, int views, CancellationToken ct)
    {
        using var data = new DataFolder(folder);
        await data.QuietAsync(ct);
        await data.AssertNothingLeftAsync(ct);
        var (customer, happened) = await AdaAsync(data, ct);

        Assert.Equal((Email, "Ada", "gold"), (customer.Email, customer.Traits["first_name"].GetString(), customer.Traits["plan"].GetString()));
        Assert.Equal(Enumerable.Range(1, views), Products(happened).Order());
        Assert.Equal(views, customer.Tallies[TallyRule.Exact(Measure.Count, "Product Viewed", null, null, null, null).Id].Count);
        Assert.Single(happened.OfType<CustomerEvent.Tracked>(), e => e.Event == "Order Completed");
        Assert.Equal(views >= ManyViews ? ["buyers", "gold", "lookers"] : ["buyers", "gold"], customer.Segments.Keys);
        Assert.Equal(["receipt"], customer.Journeys);
        Assert.Single((await data.FactsAsync(ct)).OfType<Reports.Fact.Exited>());

        var mail = Assert.Single(Mail.In(folder));
        Assert.Equal((Email, "Your order of 42"), (mail.To, mail.Subject));
        Assert.Contains("Thank you, Ada.", mail.Html, StringComparison.Ordinal);
    }

    /// <summary>Her profile, and everything that is logged for her, also before she was known.</summary>
    public static async Task<(Customer Customer, IReadOnlyList<CustomerEvent> Happened)> AdaAsync(DataFolder data, CancellationToken ct)
    {
        var customer = (await data.CustomersAsync(ct)).Values.Single(customer => customer.UserId == UserId);
        HashSet<string> keys = [customer.Key.Value, .. customer.Absorbed.Keys];
        return (customer, [.. (await data.LogAsync(ct)).Where(line => keys.Contains(line.Customer)).Select(line => line.Entry.Input).OfType<Input.Happened>().Select(input => input.Event)]);
    }

    public static IEnumerable<int> Products(IEnumerable<CustomerEvent> happened) =>
        happened.OfType<CustomerEvent.Tracked>().Where(e => e.Event == "Product Viewed").Select(e => e.Properties.GetProperty("product").GetInt32());

    private static IEnumerable<PeerCall> Views(int first, int count, string? userId = null, string? anonymousId = null) =>
        Enumerable.Range(first, count).Select(product => View(product, userId, anonymousId));
}
