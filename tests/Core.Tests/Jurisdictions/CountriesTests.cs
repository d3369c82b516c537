using MarketingAutomation.Customers;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Jurisdictions;

public class CountriesTests
{
    [Theory]
    [InlineData("""{ "country": "DE" }""", "DE")]
    [InlineData("""{ "country": " de " }""", "DE")]
    [InlineData("""{ "country": "UK" }""", "GB")]
    [InlineData("""{ "country": "el" }""", "GR")]
    [InlineData("""{ "address": { "country": "fr" } }""", "FR")]
    [InlineData("""{ "address.country": "FR" }""", "FR")]
    [InlineData("""{ "country": "CN", "address": { "country": "FR" } }""", "CN")]
    [InlineData("""{ "country": "Deutschland", "address": { "country": "DE" } }""", "DE")]
    [InlineData("""{ "country": "XX" }""", null)]
    [InlineData("""{ "country": 49 }""", null)]
    [InlineData("""{ "address": "Berlin" }""", null)]
    [InlineData("""{ "address": [ { "country": "DE" } ] }""", null)]
    [InlineData("{}", null)]
    public void The_country_is_what_the_first_trait_that_holds_a_code_says(string traits, string? country) =>
        Assert.Equal(country, Countries.Of(new Customer(CustomerKey.OfUser([1], "ada")) { Traits = Sample.Traits(traits) }));

    [Fact]
    public void There_are_as_many_countries_as_iso_3166_lists() => Assert.Equal(249, Countries.Known.Count);
}
