using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Simulation;

/// <summary>What a shopper does, as the calls that the shop's website would send.</summary>
/// <param name="IsKnown">The shopper has signed up, so that calls carry the userId.</param>
/// <remarks>Source of names and properties: segment-docs, connections/spec/ecommerce/v2.</remarks>
internal readonly record struct ShopEvents(Shopper Shopper, bool IsKnown)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement Json(JsonObject json) => JsonElement.Parse(json.ToJsonString(Relaxed));

    public CustomerEvent Viewed(string messageId, DateTimeOffset at, string url) =>
        Of(new CustomerEvent.Viewed { MessageId = messageId, At = at, ReceivedAt = at, Properties = Json(new() { ["url"] = url }) });

    public CustomerEvent ProductViewed(string messageId, DateTimeOffset at, Product product) => Track(messageId, at, "Product Viewed", Json(Line(product)));

    public CustomerEvent ProductAdded(string messageId, DateTimeOffset at, string cartId, Product product)
    {
        var properties = Line(product);
        properties["cart_id"] = cartId;
        properties["quantity"] = 1;
        return Track(messageId, at, "Product Added", Json(properties));
    }

    /// <param name="cartId">Null where nobody had filled a cart before.</param>
    public CustomerEvent OrderCompleted(string messageId, DateTimeOffset at, string orderId, string? cartId, IReadOnlyList<Product> products)
    {
        JsonObject properties = new() { ["order_id"] = orderId, ["revenue"] = products.Sum(product => product.Price), ["currency"] = Product.Currency };
        if (cartId is not null) properties["cart_id"] = cartId;
        properties["products"] = new JsonArray([.. products.Select(Line)]);
        return Track(messageId, at, "Order Completed", Json(properties));
    }

    /// <summary>Tells who the shopper is, with both ids, so that what it did before is told to be its own.</summary>
    public CustomerEvent Identified(string messageId, DateTimeOffset at)
    {
        JsonObject traits = new() { ["email"] = Shopper.Email };
        if (Shopper.FirstName is { } first) traits["first_name"] = first;
        if (Shopper.LastName is { } last) traits["last_name"] = last;
        traits["city"] = Shopper.Home.City;
        traits["country"] = Shopper.Home.Country;
        return Of(new CustomerEvent.Identified { MessageId = messageId, At = at, ReceivedAt = at, Traits = Json(traits) });
    }

    public CustomerEvent SignedUp(string messageId, DateTimeOffset at) => Track(messageId, at, "Signed Up", Json(new() { ["type"] = "website" }));

    public CustomerEvent Subscribed(string messageId, DateTimeOffset at, string topic) => Track(messageId, at, "Subscribed", Json(new() { ["topic"] = topic, ["source"] = "sign-up form" }));

    private JsonObject Line(Product product) => new()
    {
        ["product_id"] = product.Id,
        ["name"] = product.Name(Shopper.Home.Locale),
        ["category"] = product.Category,
        ["price"] = product.Price,
        ["currency"] = Product.Currency,
    };

    private CustomerEvent Track(string messageId, DateTimeOffset at, string name, JsonElement properties) =>
        Of(new CustomerEvent.Tracked { MessageId = messageId, At = at, ReceivedAt = at, Event = name, Properties = properties });

    private CustomerEvent Of(CustomerEvent bare) => bare with { UserId = IsKnown ? Shopper.UserId : null, AnonymousId = Shopper.AnonymousId, Context = Shopper.Context };
}
