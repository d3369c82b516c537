using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Messages;
using MarketingAutomation.Tracking;
using Scriban;
using Scriban.Runtime;

namespace MarketingAutomation.Benchmarks;

/// <summary>Messages rendered per second on one core, against bare Scriban on the same HTML: parsed once, a new TemplateContext for each message as in its read-me, the same names, nothing escaped, checked, limited or tracked.</summary>
internal static class Renders
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(3);

    private const string Traits = """
        { "first_name": "Ada", "last_name": "O'Neill & Sons", "email": "ada@example.test", "city": "London", "country": "GB", "plan": "pro", "vip": true, "loyalty_points": 1200 }
        """;

    private const string Event = """
        { "order_id": "o-7", "currency": "CNY", "total": 249.90, "shipping": 12.5, "tax": 3.2, "coupon": "TEN", "products": [
          { "name": "Runner & Co", "sku": "SKU-1", "quantity": 2, "price": 99.90 }, { "name": "Tote", "sku": "SKU-2", "quantity": 1, "price": 50.10 }, { "name": "Cup", "sku": "SKU-3", "quantity": 4, "price": 8 },
          { "name": "Lamp", "sku": "SKU-4", "quantity": 1, "price": 120 }, { "name": "Rug", "sku": "SKU-5", "quantity": 1, "price": 310.5 } ] }
        """;

    public static JsonElement Order => JsonElement.Parse(Event);

    public static JsonElement TraitsOf(string email) => JsonElement.Parse(Traits.Replace("ada@example.test", email, StringComparison.Ordinal));

    public static Task RunAsync()
    {
        var traits = JsonElement.Parse(Traits).EnumerateObject().ToImmutableSortedDictionary(trait => trait.Name, trait => trait.Value, StringComparer.Ordinal);
        var links = Links.Of(new(new byte[32], new byte[32], new("https://m.shop.example"))).For(CustomerKey.OfUser([1], "ada"), "d1");
        var context = new RenderContext("order", "orders", traits, JsonElement.Parse(Event), "en", "en", links.Unsubscribe("orders"), links);
        var folder = Folder(text: null);
        var withText = Folder("Order {{ event.order_id }}");

        Measure(() => Bare(context));
        double bare = 0, html = 0, all = 0;
        for (var round = 0; round < 3; round++) // in turns, so that what else the machine does falls on each alike
        {
            bare += Measure(() => Bare(context)) / 3;
            html += Measure(() => Ours(withText, context with { Tracking = null })) / 3;
            all += Measure(() => Ours(folder, context)) / 3;
        }
        Console.WriteLine($"bare Scriban, a new context each, {bare:0}/s; the same HTML escaped, checked for gaps and within limits, with a subject {html:0}/s, ratio {html / bare:0.00}");
        Console.WriteLine($"and with plain text made of it, links signed and a pixel {all:0}/s, ratio {all / bare:0.00}");
        return Task.CompletedTask;
    }

    private static readonly Template Parsed = Template.Parse(Scratch.Mail);

    private static int Bare(RenderContext context)
    {
        var names = new ScriptObject
        {
            ["customer"] = Convert(JsonSerializer.SerializeToElement(context.Traits)),
            ["event"] = Convert(context.Event),
            ["journey"] = new ScriptObject { ["id"] = context.Journey },
            ["unsubscribe_url"] = context.UnsubscribeUrl,
        };
        var scope = new TemplateContext();
        scope.PushGlobal(names);
        return Parsed.Render(scope).Length;
    }

    private static object? Convert(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => new ScriptArray(value.EnumerateArray().Select(Convert)),
        JsonValueKind.Object => Object(value),
        _ => null,
    };

    private static ScriptObject Object(JsonElement value)
    {
        var made = new ScriptObject();
        foreach (var property in value.EnumerateObject()) made[property.Name] = Convert(property.Value);
        return made;
    }

    private static int Ours(MessageFolder folder, RenderContext context) =>
        MessageRenderer.Render(folder, context) is Rendering.Ready ready ? ready.Html.Length : throw new InvalidOperationException("The benchmark's message cannot be rendered.");

    private static MessageFolder Folder(string? text) => new(
        new Message(new Dictionary<string, string>(), "orders", new Dictionary<string, string> { ["en"] = "Order {{ event.order_id }}" }),
        ImmutableSortedDictionary.Create<string, Body>(StringComparer.Ordinal).Add("en", new(Scratch.Mail, text)));

    private static double Measure(Func<int> render)
    {
        for (var i = 0; i < 200; i++) render();
        var (watch, count) = (Stopwatch.StartNew(), 0);
        for (; watch.Elapsed < Each; count++) render();
        return count / watch.Elapsed.TotalSeconds;
    }
}
