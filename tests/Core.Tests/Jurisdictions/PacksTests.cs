using System.Collections.Immutable;
using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Jurisdictions;

public class PacksTests
{
    private static readonly Jurisdiction China = new(Name("China"), ["CN"], Consent: Requirement.OptIn, SubjectPrefix: Name("AD:")), Europe = new(Name("Europe"), ["DE", "FR"], Tracking: Requirement.OptIn);

    private static Policy Law(Policy policy) => policy with { Packs = Of(("cn", China), ("eu", Europe)) };

    private static Packs Of(params (string Id, Jurisdiction Pack)[] packs) => new(packs.ToImmutableSortedDictionary(pack => pack.Id, pack => pack.Pack, StringComparer.Ordinal));

    private static Shop Asked(string message, string country) => new Shop().With(Law)
        .With("j", new Journey(Name("j"), new Entry.Event("Ask", Reentry: "always"), [new Step.Send("s", message)]))
        .Identify(Monday.AddDays(-1), $$"""{"email":"ada@shop.example","country":"{{country}}"}""");

    private static string? Outcome(Shop shop) => shop.Track("Ask", Monday).Deliver(Monday).Facts.OfType<Fact.Settled>().Select(fact => fact.Reason ?? fact.Status).Single();

    private static string Html(Shop shop)
    {
        shop.Track("Ask", Monday).Decide(new Input.Admit(shop.Customer.Deliveries.Keys.Single(), "t", shop.Customer.Email, false), Monday);
        return shop.Outgoing!.Html;
    }

    [Theory]
    [InlineData("hello", "US", "sent")]
    [InlineData("hello", "DE", "sent")]
    [InlineData("hello", "cn", "no-consent")]
    [InlineData("newsletter", "US", "no-consent")]
    [InlineData("receipt", "CN", "sent")]
    public void Where_the_law_asks_for_a_yes_silence_is_a_no_for_all_that_may_be_refused(string message, string country, string outcome) =>
        Assert.Equal(outcome, Outcome(Asked(message, country)));

    [Fact]
    public void A_recorded_word_counts_wherever_the_customer_lives()
    {
        Assert.Equal("sent", Outcome(Asked("hello", "CN").Track("Subscribed", Monday.AddDays(-1), """{"topic":"offers"}""")));
        Assert.Equal("unsubscribed", Outcome(Asked("hello", "US").Track("Unsubscribed", Monday.AddDays(-1), """{"topic":"offers"}""")));
    }

    [Theory]
    [InlineData(null, "nowhere", "sent")]
    [InlineData("cn", "nowhere", "no-consent")]
    [InlineData("cn", "US", "sent")]
    public void Whose_country_is_not_known_is_under_the_pack_that_the_policy_names(string? unknown, string country, string outcome) =>
        Assert.Equal(outcome, Outcome(Asked("hello", country).With(policy => Law(policy) with { UnknownCountry = unknown })));

    [Theory]
    [InlineData("hello", "CN", "AD: Hello")]
    [InlineData("hello", "DE", "Hello")]
    [InlineData("receipt", "CN", "Your order")]
    public void The_subject_of_what_may_be_refused_begins_with_the_word_of_the_law(string message, string country, string subject)
    {
        var shop = Asked(message, country).Track("Subscribed", Monday.AddDays(-1), """{"topic":"offers"}""");
        Html(shop);
        Assert.Equal(subject, shop.Outgoing!.Subject);
    }

    [Fact]
    public void The_delivery_keeps_which_law_it_was_sent_under()
    {
        var shop = Asked("hello", "DE");
        Html(shop);
        Assert.Equal("eu", shop.Customer.Deliveries.Values.Single().Jurisdiction);
    }

    [Theory]
    [InlineData("US", null, true)]
    [InlineData("US", "Unsubscribed", false)]
    [InlineData("FR", null, false)]
    [InlineData("FR", "Subscribed", true)]
    public void A_message_tells_that_it_was_opened_only_where_the_customer_may_be_tracked(string country, string? word, bool tracked)
    {
        var shop = Asked("hello", country);
        if (word is not null) shop.Track(word, Monday.AddDays(-1), """{"topic":"tracking","source":"form"}""");
        Assert.Equal(tracked, Html(shop).Contains("<img", StringComparison.Ordinal));
    }

    [Fact]
    public void A_no_to_tracking_is_no_refusal_of_messages()
    {
        var shop = Asked("hello", "US").Track("Ask", Monday).Deliver(Monday);
        shop.Track("Unsubscribed", Monday.AddHours(1), $$"""{"topic":"tracking","delivery":"{{shop.Customer.Deliveries.Keys.Single()}}"}""");
        Assert.Empty(shop.Facts.OfType<Fact.Unsubscribed>());
        Assert.False(shop.Customer.Consents[Consents.Tracking].Given);
    }

    [Fact]
    public void Segments_that_ask_for_consent_follow_the_customer_to_another_country()
    {
        var shop = new Shop().With(Law).With("reachable", new Condition.Consented("offers")).With("watched", new Condition.Consented(Consents.Tracking))
            .Identify(Monday, """{"country":"US"}""");
        Assert.Equal(["reachable", "watched"], shop.Customer.Segments.Keys);
        Assert.Equal(["watched"], shop.Identify(Monday.AddDays(1), """{"country":"CN"}""").Customer.Segments.Keys);
        Assert.Equal(["reachable"], shop.Identify(Monday.AddDays(2), """{"country":null,"address":{"country":"de"}}""").Customer.Segments.Keys);
    }

    [Fact]
    public void Segments_that_ask_for_consent_and_no_others_are_looked_at_again_when_a_pack_changes()
    {
        var shop = new Shop().With(Law).With("reachable", new Condition.Consented("offers")).With("bought", new Condition.Event("Order Completed")).Identify(Monday, """{"country":"US"}""");
        var first = Lineage.Next(null, shop.Catalog.Rules.Parts, 1);
        shop.With(policy => Law(policy) with { Packs = Of(("cn", China with { Countries = ["CN", "US"] })) });
        (shop.CatalogVersion, shop.Lineage) = (2, Lineage.Next(first, shop.Catalog.Rules.Parts, 2));
        Assert.Equal(["reachable"], shop.Catalog.ChangesSince(1).Segments);
        Assert.Empty(shop.Wake(Monday.AddDays(1)).Customer.Segments);
    }

    [Fact]
    public void A_catalog_without_packs_asks_nothing_more_of_anybody() =>
        Assert.Equal(
            new Shop().With("reachable", new Condition.Consented("offers")).Catalog.Rules.Parts,
            new Shop().With(policy => policy with { Packs = Packs.None, UnknownCountry = "cn" }).With("reachable", new Condition.Consented("offers")).Catalog.Rules.Parts);

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<string> Country = Pick("CN", "DE", "FR", "US", "nowhere");

    /// <summary>Random packs over random topics: who may not get a message by the topic's own rule may not get it by law either, and so for tracking.</summary>
    [Fact]
    public void A_pack_never_loosens() => Gen.Select(
        Gen.Select(Gen.Enum<Requirement>(), Gen.Enum<Requirement>(), Country).Array[0, 3], Gen.Enum<ConsentRule>(), Country, Pick<bool?>(null, true, false), Gen.Bool).Sample((laws, rule, country, word, known) =>
    {
        var packs = Of([.. laws.DistinctBy(law => law.Item3).Index().Select(law => ($"p{law.Index}", new Jurisdiction(Name("p"), [law.Item.Item3], law.Item.Item1, law.Item.Item2)))]);
        var bare = new Shop().Catalog.Policy with { Topics = new Dictionary<string, Topic> { ["any"] = new(Name("Any"), rule) } };
        var policy = bare with { Packs = packs, UnknownCountry = known ? packs.All.Keys.FirstOrDefault() : null };
        foreach (var topic in new[] { "any", Consents.Tracking })
        {
            var customer = new Customer(CustomerKey.OfUser([1], "ada")) { Traits = Sample.Traits($$"""{ "country": "{{country}}" }""") };
            if (word is { } given) customer = customer with { Consents = customer.Consents.Add(topic, new(given, Monday, "form")) };
            var (before, after) = (Consents.May(bare, customer, topic), Consents.May(policy, customer, topic));
            Assert.True(before || !after);
            if (word is not null || (topic == "any" && rule == ConsentRule.None)) Assert.Equal(before, after); // a recorded word counts, and what needs no consent needs none anywhere
        }
    });

    /// <summary>Random templates of links, pictures and the links that the law wants.</summary>
    [Fact]
    public void Without_a_yes_to_tracking_no_link_is_the_customers_own_but_those_the_law_wants() => Gen.Select(
        Pick("<a href=\"https://shop.example/a\">a</a>", "<a HREF='https://shop.example/?b=1&amp;c={{ locale }}'>b</a>", "<a href={{ unsubscribe_url }}>u</a>", "<a href=\"{{ view_url }}\">v</a>",
            "<a href=\"{{ preferences_url }}\">p</a>", "<a href=\"{{ why_url }}\">w</a>", "<img src=\"https://shop.example/a.png\">", "</body>", "<body>", "text").Array[0, 12],
        Pick<bool?>(null, false, true)).Sample((pieces, word) =>
    {
        var shop = Asked("hello", "DE");
        var customer = word is { } given ? shop.Customer with { Consents = shop.Customer.Consents.Add(Consents.Tracking, new(given, Monday, "form")) } : shop.Customer;
        var links = Tracking.Links.Of(Shop.Deployment).For(customer.Key, "d1");
        var rendered = Assert.IsType<Rendering.Ready>(MessageRenderer.Render(
            Sample.Folder(("en", "Hello", string.Concat(pieces))), RenderContext.Of(shop.Catalog, customer, "hello", "offers", "j", default, links, Monday)));

        string[] legal = [links.Unsubscribe("offers"), links.View(), links.Preferences(), links.Why()];
        var own = legal.Aggregate(rendered.Html, (html, link) => html.Replace(link, "", StringComparison.Ordinal));
        Assert.Equal(word is true, own.Contains(links.Open(), StringComparison.Ordinal));
        Assert.Equal(word is true, own.Contains("https://m.shop.example/t/", StringComparison.Ordinal));
        Assert.DoesNotContain(customer.Key.Value, word is true ? "" : own, StringComparison.Ordinal);
        Assert.DoesNotContain(links.Open(), rendered.Page ?? "", StringComparison.Ordinal);
        Assert.Equal(pieces.Any(piece => piece.Contains("view_url", StringComparison.Ordinal)), rendered.Page is not null);
    });
}
