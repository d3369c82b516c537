namespace MarketingAutomation.Benchmarks;

/// <summary>A folder that goes when the measurement is done, with the config all sections use: each order sends one e-mail.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marketing-benchmark-");

    public Scratch()
    {
        Write("policy.json", """{ "topics": { "orders": { "name": { "en": "Orders" }, "consent": "optOut" } }, "senders": { "shop": { "email": "shop@shop.example", "name": "Shop" } }, "lateAfter": "P3000D" }""");
        Write("segments/cn-buyers.json", """{ "name": { "en": "Buyers in China" }, "when": { "all": [ { "event": "Order Completed" }, { "trait": "country", "is": "CN" } ] } }""");
        Write("journeys/order.json", """{ "name": { "en": "Order" }, "entry": { "event": "Order Completed", "reentry": "always" }, "steps": [ { "id": "mail", "send": "order" } ] }""");
        Write("messages/order/message.json", """{ "name": { "en": "Order" }, "topic": "orders", "subject": { "en": "Order {{ event.order_id }}, thank you" } }""");
        Write("messages/order/en.html", Mail);
    }

    public string Config => Path.Combine(folder.FullName, "config");

    public string Data(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string name, string text)
    {
        var path = Path.Combine(Config, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    // 15 variables, a loop over five products, two conditionals: the size of the workload's e-mail.
    public const string Mail = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Your order {{ event.order_id }}</title>
        <style>body{margin:0;background:#f4f4f4;font-family:Helvetica,Arial,sans-serif}.w{max-width:600px;margin:0 auto;background:#fff}.h{padding:24px;background:#111;color:#fff}.b{padding:24px;color:#333;font-size:15px;line-height:22px}.p td{padding:8px 0;border-bottom:1px solid #eee}.f{padding:16px 24px;color:#999;font-size:12px}</style>
        </head>
        <body>
        <table class="w" width="100%" cellpadding="0" cellspacing="0" role="presentation">
        <tr><td class="h"><h1>Thank you, {{ customer.first_name }} {{ customer.last_name }}</h1></td></tr>
        <tr><td class="b">
        <p>We have received order <b>{{ event.order_id }}</b> and will ship it to {{ customer.city }}, {{ customer.country }}.</p>
        {{ if customer.vip }}<p>As a {{ customer.plan }} VIP member you get free express delivery, and your {{ customer.loyalty_points }} points count twice this month.</p>{{ else }}<p>You have {{ customer.loyalty_points }} points on the {{ customer.plan }} plan. Join VIP for free delivery.</p>{{ end }}
        <table class="p" width="100%" cellpadding="0" cellspacing="0">
        {{ for product in event.products }}<tr><td>{{ product.name }} ({{ product.sku }})</td><td align="right">{{ product.quantity }} x {{ product.price }}</td></tr>
        {{ end }}</table>
        {{ if event.coupon }}<p>Coupon {{ event.coupon }} has been applied.</p>{{ end }}
        <p>Shipping {{ event.shipping }}, tax {{ event.tax }}, total <b>{{ event.currency }} {{ event.total }}</b></p>
        <p><a href="https://shop.example/orders/{{ event.order_id }}">Track your order</a></p>
        <p><a href="https://shop.example/account">Your account</a></p>
        </td></tr>
        <tr><td class="f">Sent to {{ customer.email }} by {{ journey.id }}. <a href="{{ unsubscribe_url }}">Unsubscribe</a></td></tr>
        </table>
        </body>
        </html>
        """;
}
