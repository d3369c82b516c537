using System.Collections.Immutable;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

/// <summary>A message and a customer for the tests of this folder.</summary>
internal static class Sample
{
    public static readonly DeliveryLinks Links =
        Tracking.Links.Of(new(new byte[32], [.. Enumerable.Range(1, 32).Select(n => (byte)n)], new Uri("https://mail.shop.example"))).For(CustomerKey.OfUser([1], "u-1"), "delivery1");

    public static readonly ImmutableSortedDictionary<string, JsonElement> Ada = Traits("""
        { "first_name": "Ada", "last_name": "O'Neill <b>", "email": "ada@example.test", "city": "London", "country": "GB",
          "plan": "pro", "vip": true, "loyalty_points": 1200, "nickname": "  ", "address": { "city": "London", "lines": ["1 High St", ""] }, "tags": ["a", "b"], "none": null }
        """);

    public static readonly JsonElement Order = Json("""
        { "order_id": "o-7", "currency": "CNY", "total": 249.90, "shipping": 12.5, "tax": 3.2, "coupon": "", "at": "2026-03-01T20:30:00Z",
          "products": [ { "name": "Runner & Co", "sku": "SKU-1", "quantity": 2, "price": 99.90 }, { "name": "Tote", "sku": "SKU-2", "quantity": 1, "price": 50.10 } ] }
        """);

    public static readonly MessageFolder OrderConfirmation = Folder(
        ("en", "Order {{ event.order_id }}, {{ customer.first_name }}", OrderHtml),
        ("zh-CN", "订单 {{ event.order_id }}", "<html><body><p>{{ customer.first_name }}，谢谢！</p></body></html>"));

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static ImmutableSortedDictionary<string, JsonElement> Traits(string json) =>
        Json(json).EnumerateObject().ToImmutableSortedDictionary(trait => trait.Name, trait => trait.Value, StringComparer.Ordinal);

    public static MessageFolder Folder(params (string Locale, string Subject, string Html)[] texts) => new(
        new Message(new Dictionary<string, string>(), "news", texts.ToDictionary(text => text.Locale, text => text.Subject)),
        texts.ToImmutableSortedDictionary(text => text.Locale, text => new Body(text.Html, Text: null), StringComparer.Ordinal));

    public static RenderContext Context(string? locale = "en", DeliveryLinks? tracking = null) =>
        new("order", "orders", Ada, Order, locale, "en", Links.Unsubscribe("news"), tracking, "https://p.example", "https://w.example", ["high-value"]);

    private const string OrderHtml = """
        <!doctype html>
        <html lang="{{ locale }}">
        <head><meta charset="utf-8"><title>Your order {{ event.order_id }}</title>
        <style>body{margin:0;background:#f4f4f4}.b{padding:24px}</style>
        </head>
        <body>
        <div style="display: none">Only the list of messages shows this</div>
        <table width="100%" cellpadding="0" cellspacing="0" role="presentation">
        <tr><td><h1>Thank you, {{ customer.first_name }} {{ customer.last_name }}</h1></td></tr>
        <tr><td class="b">
        <p>We have received order <b>{{ event.order_id }}</b> and will ship it to {{ customer.city }}, {{ customer.country }}.</p>
        {{ if customer.vip }}<p>As a {{ customer.plan }} member you get free delivery; your {{ customer.loyalty_points }} points count twice.</p>{{ else }}<p>Join VIP for free delivery.</p>{{ end }}
        <ul>
        {{ for product in event.products }}<li>{{ product.name }} ({{ product.sku }}): {{ product.quantity }} x {{ product.price }}</li>
        {{ end }}</ul>
        {{ if event.coupon }}<p>Coupon {{ event.coupon }} has been applied.</p>{{ end }}
        <p>Shipping {{ event.shipping }}, total <b>{{ event.currency }} {{ event.total }}</b></p>
        <p><a class="button" href="https://shop.example/orders/{{ event.order_id }}?from=mail&amp;v=2">Track your order</a> or write to <a href="mailto:help@shop.example">help@shop.example</a>.</p>
        </td></tr>
        <tr><td>Sent to {{ customer.email }}. <a href="{{ unsubscribe_url }}">Unsubscribe</a></td></tr>
        </table>
        </body>
        </html>
        """;
}
