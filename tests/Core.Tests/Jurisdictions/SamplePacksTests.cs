using System.Text.Json;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Messages;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Jurisdictions;

/// <summary>The packs that the product starts with.</summary>
public class SamplePacksTests
{
    private static readonly Catalog Catalog = SampleConfig.Read(SampleConfig.Files).Catalog!;

    private static Customer Ada(string country, string locale) => new(CustomerKey.OfUser(Catalog.Deployment.Pepper, "ada"))
    {
        Locale = locale,
        Traits = Customer.Empty<JsonElement>().Add("first_name", JsonElement.Parse("\"Ada\"")).Add("country", JsonElement.Parse($"\"{country}\"")),
    };

    [Theory]
    [InlineData("CN", "zh-CN", "jurisdiction-cn.html")]
    [InlineData("IE", "en", "jurisdiction-eu.html")]
    public void A_message_under_each_law_reads_as_approved(string country, string locale, string golden)
    {
        var customer = Ada(country, locale);
        var ready = Assert.IsType<Rendering.Ready>(MessageRenderer.Render(
            Catalog.Messages["welcome"], RenderContext.Of(Catalog, customer, "welcome", "offers", "welcome", default, Links.Of(Catalog.Deployment).For(customer.Key, "d1"), Shop.Monday)));
        MarketingAutomation.Golden.Match(golden, $"<!-- {ready.Subject} -->\n{ready.Html}");
    }

    [Theory]
    [InlineData("CN", false, true)]
    [InlineData("DE", true, false)]
    [InlineData("gb", true, false)]
    [InlineData("US", true, true)]
    [InlineData("", true, false)]
    public void Who_lives_where_may_get_offers_and_may_be_tracked_without_having_said_anything(string country, bool offers, bool tracking)
    {
        var customer = Ada(country, "en");
        Assert.Equal((offers, tracking), (Consents.May(Catalog.Policy, customer, "offers"), Consents.May(Catalog.Policy, customer, Consents.Tracking)));
    }
}
