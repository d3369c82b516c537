using System.Text.Json;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Messages;

public class SampleMessagesTests
{
    private static readonly Catalog Catalog = SampleConfig.Read(SampleConfig.Files).Catalog!;

    public static TheoryData<string, string> Texts
    {
        get
        {
            TheoryData<string, string> texts = [];
            foreach (var (id, folder) in Catalog.Messages)
                foreach (var locale in folder.Bodies.Keys) texts.Add(id, locale);
            return texts;
        }
    }

    [Theory, MemberData(nameof(Texts))]
    public void Every_sample_message_reads_as_approved(string id, string locale)
    {
        var customer = new Customer(CustomerKey.OfUser(Catalog.Deployment.Pepper, "ada"))
        {
            Locale = locale,
            Traits = Customer.Empty<JsonElement>().Add("first_name", JsonElement.Parse("\"Ada\"")),
        };
        var entry = JsonElement.Parse("""{ "name": "Stoneware teapot", "price": 1299.5, "currency": "CNY", "cart_id": "c1" }""");
        var ready = Assert.IsType<Rendering.Ready>(MessageRenderer.Render(
            Catalog.Messages[id], RenderContext.Of(Catalog, customer, id, "offers", "journey", entry, Links.Of(Catalog.Deployment).For(customer.Key, "d1"), Shop.Monday)));
        MarketingAutomation.Golden.Match(Path.Combine("messages", $"{id}.{locale}.txt"), $"{ready.Subject}\n\n{ready.Text}\n");
    }

    [Fact]
    public void No_sample_message_has_a_mistake_in_its_templates_or_needs_a_look() => Assert.All(Catalog.Messages, message =>
    {
        Assert.Empty(MessageTemplates.Check(message.Key, message.Value, new([.. Catalog.Segments.Keys], [.. Catalog.Traits!.Keys])));
        Assert.Empty(MessageTemplates.Notes(message.Key, message.Value));
    });
}
