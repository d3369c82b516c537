using System.Collections.Immutable;

namespace MarketingAutomation.Config;

/// <summary>One mistake at a time in the sample config: each is told once, at its place.</summary>
public class MistakeTests
{
    /// <summary>File, what to replace in it, by what, the place to be named, and a piece of what is to be said.</summary>
    public static TheoryData<string, string, string, string, string> Edits => new()
    {
        // JSON
        { "journeys/win-back.json", "\"holdout\": 10,", "\"holdout\": 10,,", "journeys/win-back.json (line 8)", "is not JSON" },
        { "journeys/win-back.json", "\"send\": \"win-back-offer\" }", "\"send\": \"win-back-offer\" },", "journeys/win-back.json (line 13)", "remove the comma" },
        { "segments/lapsed.json", "  \"when\"", "  // soon\n  \"when\"", "segments/lapsed.json (line 5)", "comment" },
        { "segments/lapsed.json", "\"Bought before", "\"\\ud83d Bought before", "segments/lapsed.json (line 4)", "half of a character" },
        { "segments/customers.json", "\"when\": { \"event\": \"Order Completed\" }\n}", "\"when\": { \"event\": \"Order Completed\" }\n", "segments/customers.json (line 7)", "should be closed" },
        { "policy.json", "  \"defaultLocale\": \"en\",", "  \"defaultLocale\": \"en\",\n  \"defaultLocale\": \"en\",", "policy.json $.defaultLocale (line 4)", "written twice" },

        // misspelt names
        { "segments/high-value.json", "\"within\"", "\"witin\"", "segments/high-value.json $.when.witin (line 9)", "did you mean \"within\"?" },
        { "segments/high-value.json", "\"where\"", "\"filter\"", "segments/high-value.json $.when.filter (line 7)", "known are \"event\", \"where\", \"count\", \"within\", \"since\"" },
        { "segments/high-value.json", "\"atLeast\": 3", "\"atleast\": 3", "segments/high-value.json $.when.count.atleast (line 8)", "did you mean \"atLeast\"?" },
        { "segments/customers.json", "\"event\"", "\"evnet\"", "segments/customers.json $.when.evnet (line 5)", "did you mean \"event\"?" },
        { "journeys/welcome.json", "\"send\": \"welcome\"", "\"snd\": \"welcome\"", "journeys/welcome.json $.steps[0].snd (line 8)", "did you mean \"send\"?" },
        { "journeys/abandoned-cart.json", "\"exitOn\"", "\"exit_on\"", "journeys/abandoned-cart.json $.exit_on (line 6)", "did you mean \"exitOn\"?" },
        { "policy.json", "\"optIn\"", "\"optin\"", "policy.json $.topics.newsletter.consent (line 6)", "did you mean \"optIn\"?" },
        { "journeys/win-back.json", "\"afterExit\"", "\"after exit\"", "journeys/win-back.json $.entry.reentry (line 5)", "did you mean \"afterExit\"?" },

        // missing
        { "segments/customers.json", "  \"name\": { \"en\": \"Customers who bought\", \"zh-CN\": \"已购客户\" },\n", "", "segments/customers.json $ (line 1)", "misses \"name\"" },
        { "journeys/welcome.json", "{ \"id\": \"settle\", \"wait\": \"P2D\" }", "{ \"wait\": \"P2D\" }", "journeys/welcome.json $.steps[1] (line 9)", "misses \"id\"" },
        { "journeys/welcome.json", "{ \"id\": \"settle\", \"wait\": \"P2D\" }", "{ \"id\": \"settle\" }", "journeys/welcome.json $.steps[1] (line 9)", "must have one of \"send\", \"wait\", \"branch\" or \"exit\"" },
        { "journeys/win-back.json", "\"within\": \"P30D\", ", "", "journeys/win-back.json $.goal (line 7)", "misses \"within\"" },
        { "segments/newsletter-subscribers.json", ", \"exists\": true", "", "segments/newsletter-subscribers.json $.when.all[1] (line 8)", "compares with nothing" },
        { "policy.json", ", \"name\": \"Example Shop\"", "", "policy.json $.senders.shop (line 11)", "misses \"name\"" },

        // of another type
        { "segments/high-value.json", "\"atLeast\": 3", "\"atLeast\": \"3\"", "segments/high-value.json $.when.count.atLeast (line 8)", "is text but must be a number" },
        { "segments/newsletter-subscribers.json", "true", "\"yes\"", "segments/newsletter-subscribers.json $.when.all[1].exists (line 8)", "is text but must be true or false" },
        { "segments/newsletter-subscribers.json", "\"exists\": true", "\"is\": null", "segments/newsletter-subscribers.json $.when.all[1].is (line 8)", "is null" },
        { "segments/newsletter-subscribers.json", "\"exists\": true", "\"is\": [\"a\"]", "segments/newsletter-subscribers.json $.when.all[1].is (line 8)", "is a list but must be text" },
        { "segments/customers.json", "{ \"event\": \"Order Completed\" }", "\"Order Completed\"", "segments/customers.json $.when (line 5)", "must be an object with one of" },
        { "segments/customers.json", "\"Order Completed\"", "\" \"", "segments/customers.json $.when.event (line 5)", "is empty" },
        { "journeys/win-back.json", "\"holdout\": 10", "\"holdout\": 1e99", "journeys/win-back.json $.holdout (line 8)", "too large" },
        { "journeys/welcome.json", "\"send\": \"welcome\"", "\"send\": \"welcome\", \"wait\": \"P1D\"", "journeys/welcome.json $.steps[0] (line 8)", "\"send\" and \"wait\"" },

        // spans
        { "segments/lapsed.json", "\"P60D\"", "\"P2M\"", "segments/lapsed.json $.when.all[1].not.within (line 8)", "months and years" },
        { "segments/lapsed.json", "\"P60D\"", "\"60 days\"", "segments/lapsed.json $.when.all[1].not.within (line 8)", "no span of time" },
        { "journeys/welcome.json", "\"P3D\"", "\"PT0S\"", "journeys/welcome.json $.steps[3].wait (line 18)", "longer than nothing" },
        { "journeys/win-back.json", "\"P30D\"", "\"P9999D\"", "journeys/win-back.json $.goal.within (line 7)", "at most ten years" },
        { "journeys/abandoned-cart.json", "\"reentry\": \"P7D\"", "\"reentry\": \"P7\"", "journeys/abandoned-cart.json $.entry.reentry (line 5)", "no span of time" },

        // references
        { "segments/lapsed.json", "\"segment\": \"customers\"", "\"segment\": \"custommers\"", "segments/lapsed.json $.when.all[0].segment (line 7)", "did you mean \"customers\"?" },
        { "segments/newsletter-subscribers.json", "\"consent\": \"newsletter\"", "\"consent\": \"newsletters\"", "segments/newsletter-subscribers.json $.when.all[0].consent (line 7)", "did you mean \"newsletter\"?" },
        { "journeys/win-back.json", "\"lapsed\"", "\"gone\"", "journeys/win-back.json $.entry.segmentEntered (line 5)", "names no file in config/segments" },
        { "journeys/win-back.json", "\"exitOn\": [{ \"event\": \"Order Completed\" }]", "\"exitOn\": [{ \"segmentLeft\": \"gone\" }]", "journeys/win-back.json $.exitOn[0].segmentLeft (line 6)", "names no file" },
        { "journeys/abandoned-cart.json", "\"cart-last-call\"", "\"cart-last-cal\"", "journeys/abandoned-cart.json $.steps[3].branch[1].steps[0].send (line 17)", "did you mean \"cart-last-call\"?" },
        { "journeys/abandoned-cart.json", "\"high-value\"", "\"hihg-value\"", "journeys/abandoned-cart.json $.steps[3].branch[0].when.segment (line 16)", "did you mean \"high-value\"?" },
        { "messages/win-back/message.json", "\"offers\"", "\"offer\"", "messages/win-back/message.json $.topic (line 8)", "did you mean \"offers\"?" },
        { "messages/win-back/message.json", "\"topic\": \"offers\"", "\"topic\": \"offers\", \"from\": \"shopp\"", "messages/win-back/message.json $.from (line 8)", "did you mean \"shop\"?" },
        { "segments/customers.json", "{ \"event\": \"Order Completed\" }", "{ \"segment\": \"lapsed\" }", "segments/customers.json $.when.segment (line 5)", "customers → lapsed → customers" },
        { "segments/customers.json", "{ \"event\": \"Order Completed\" }", "{ \"segment\": \"customers\" }", "segments/customers.json $.when.segment (line 5)", "customers → customers" },

        // journeys
        { "journeys/abandoned-cart.json", "\"id\": \"coupon\"", "\"id\": \"pause\"", "journeys/abandoned-cart.json $.steps[3].branch[0].steps[0].id (line 16)", "already the id of $.steps[0]" },
        { "journeys/abandoned-cart.json", "\"id\": \"pause\"", "\"id\": \"A Pause\"", "journeys/abandoned-cart.json $.steps[0].id (line 10)", "lower-case" },
        { "journeys/abandoned-cart.json", "\"when\": { \"segment\": \"high-value\" }, ", "", "journeys/abandoned-cart.json $.steps[3].branch[0] (line 16)", "misses \"when\"" },
        { "journeys/abandoned-cart.json", "{ \"steps\": [{ \"id\": \"last-call\"", "{ \"when\": { \"segment\": \"lapsed\" }, \"steps\": [{ \"id\": \"last-call\"", "journeys/abandoned-cart.json $.steps[3].branch[1].when (line 17)", "no last way" },
        { "journeys/win-back.json", "\"send\": \"win-back\" }", "\"exit\": \"enough\" }", "journeys/win-back.json $.steps[1] (line 11)", "never reached" },
        { "journeys/win-back.json", "\"send\": \"win-back\" }", "\"branch\": [{ \"steps\": [{ \"id\": \"stop\", \"exit\": \"enough\" }] }] }", "journeys/win-back.json $.steps[1] (line 11)", "never reached" },
        { "journeys/win-back.json", "\"send\": \"win-back\" }", "\"branch\": [] }", "journeys/win-back.json $.steps[0].branch (line 10)", "at least one way" },
        { "journeys/win-back.json", "\"holdout\": 10", "\"holdout\": 51", "journeys/win-back.json $.holdout (line 8)", "from 0 to 50" },
        { "journeys/abandoned-cart.json", "\"key\": \"cart_id\"", "\"key\": \"\"", "journeys/abandoned-cart.json $.entry.key (line 5)", "is empty" },

        // events, sequences, dates, traits
        { "segments/big-spenders.json", "\"of\": \"revenue\", \"atLeast\": 300", "\"of\": \"revenue\", \"startsWith\": \"3\"", "segments/big-spenders.json $.when.any[0].sum.startsWith (line 7)", "cannot be asked of a number" },
        { "segments/big-spenders.json", "\"of\": \"revenue\", ", "", "segments/big-spenders.json $.when.any[0].sum (line 7)", "misses \"of\"" },
        { "segments/big-spenders.json", "\"within\": \"P90D\"", "\"since\": \"last year\"", "segments/big-spenders.json $.when.any[0].since (line 7)", "no date" },
        { "segments/big-spenders.json", "computed.lifetime_value", "computed.lifetime_valeu", "segments/big-spenders.json $.when.any[1].trait (line 8)", "did you mean \"lifetime_value\"?" },
        { "segments/abandoned-carts.json", "\"thenNot\": { \"event\": \"Order Completed\" },\n", "", "segments/abandoned-carts.json $.when (line 5)", "must have one of \"then\" and \"thenNot\"" },
        { "segments/abandoned-carts.json", "\"P7D\"", "\"PT1H\"", "segments/abandoned-carts.json $.when.inLast (line 10)", "must be longer than \"within\"" },
        { "segments/birthday-week.json", "\"P7D\"", "\"P400D\"", "segments/birthday-week.json $.when.anniversaryWithin (line 5)", "at most P365D" },
        { "segments/birthday-week.json", "\"anniversaryWithin\": \"P7D\"", "\"after\": \"May 1st\"", "segments/birthday-week.json $.when.after (line 5)", "no date" },
        { "segments/birthday-week.json", "\"anniversaryWithin\": \"P7D\"", "\"matches\": \"(a\"", "segments/birthday-week.json $.when.matches (line 5)", "no regular expression" },
        { "segments/birthday-week.json", "\"anniversaryWithin\": \"P7D\"", "\"matches\": \"(a)\\\\1\"", "segments/birthday-week.json $.when.matches (line 5)", "back-references" },
        { "segments/birthday-week.json", "\"anniversaryWithin\": \"P7D\"", "\"versionAtLeast\": \"two\"", "segments/birthday-week.json $.when.versionAtLeast (line 5)", "no version number" },
        { "segments/birthday-week.json", "\"anniversaryWithin\": \"P7D\"", "\"ignoreCase\": true", "segments/birthday-week.json $.when (line 5)", "compares with nothing" },
        { "segments/high-value.json", "\"atLeast\": 100", "\"withinNext\": \"P1D\"", "segments/high-value.json $.when.where.revenue (line 7)", "changes after the event" },
        { "segments/engaged-readers.json", "\"topic\": \"offers\"", "\"topic\": \"offer\"", "segments/engaged-readers.json $.when.all[0].any[1].topic (line 9)", "did you mean \"offers\"?" },
        { "segments/engaged-readers.json", "\"engaged\": \"clicked\", \"topic\": \"offers\"", "\"engaged\": \"clickd\", \"topic\": \"offers\"", "segments/engaged-readers.json $.when.all[0].any[1].engaged (line 9)", "did you mean \"clicked\"?" },
        { "segments/engaged-readers.json", "{ \"tag\": \"do-not-disturb\" }", "{ \"bucket\": \"x\", \"from\": 50, \"to\": 20 }", "segments/engaged-readers.json $.when.all[1].not (line 10)", "draws nobody" },
        { "traits/lifetime_value.json", ",\n  \"of\": \"revenue\"", "", "traits/lifetime_value.json $ (line 1)", "misses \"of\"" },
        { "traits/lifetime_value.json", "\"sum\"", "\"total\"", "traits/lifetime_value.json $.take (line 6)", "must be one of" },
        { "traits/days_since_order.json", "\"daysSince\"", "\"daysSince\", \"within\": \"P9D\"", "traits/days_since_order.json $.within (line 5)", "compare the number of days" },
        { "traits/days_since_order.json", "\"daysSince\"", "\"count\", \"of\": \"revenue\"", "traits/days_since_order.json $.of (line 5)", "has no use here" },

        // conditions
        { "segments/high-value.json", "\"atLeast\": 3", "\"atLeast\": 3.5", "segments/high-value.json $.when.count.atLeast (line 8)", "whole number from 0 to 10000" },
        { "segments/high-value.json", "\"atLeast\": 3", "\"is\": \"3\"", "segments/high-value.json $.when.count.is (line 8)", "whole number" },
        { "segments/high-value.json", "\"atLeast\": 3", "\"lessThan\": 10001", "segments/high-value.json $.when.count.lessThan (line 8)", "from 0 to 10000" },
        { "segments/high-value.json", "\"atLeast\": 3", "\"contains\": \"3\"", "segments/high-value.json $.when.count.contains (line 8)", "cannot be asked" },
        { "segments/high-value.json", "\"atLeast\": 3", "\"exists\": false", "segments/high-value.json $.when.count.exists (line 8)", "write \"is\": 0" },
        { "segments/high-value.json", "{ \"atLeast\": 100 }", "{ \"atLeast\": 100, \"lessThan\": 100 }", "segments/high-value.json $.when.where.revenue (line 7)", "holds for no number" },
        { "segments/high-value.json", "\"revenue\"", "\"order..revenue\"", "segments/high-value.json $.when.where['order..revenue'] (line 7)", "dots" },
        { "segments/newsletter-subscribers.json", "\"exists\": true", "\"oneOf\": []", "segments/newsletter-subscribers.json $.when.all[1].oneOf (line 8)", "at least one value" },
        { "segments/newsletter-subscribers.json", "\"trait\": \"email\"", "\"trait\": \".email\"", "segments/newsletter-subscribers.json $.when.all[1].trait (line 8)", "dots" },
        { "segments/customers.json", "{ \"event\": \"Order Completed\" }", "{ \"any\": [] }", "segments/customers.json $.when.any (line 5)", "at least one condition" },

        // languages, messages, policy
        { "segments/customers.json", "\"zh-CN\"", "\"zh_cn\"", "segments/customers.json $.name.zh_cn (line 3)", "did you mean \"zh-CN\"?" },
        { "segments/customers.json", "{ \"en\": \"Customers who bought\", \"zh-CN\": \"已购客户\" }", "{}", "segments/customers.json $.name (line 3)", "at least one language" },
        { "messages/win-back/message.json", "    \"en\": \"It has been a while, {{ customer.first_name ?? 'so here is what is new' }}\",\n", "", "messages/win-back/message.json $.subject (line 9)", "misses \"en\"" },
        { "messages/win-back/message.json", "\"subject\": {", "\"subject\": { \"fr\": \"Bonjour\",", "messages/win-back/message.json $.subject.fr (line 9)", "add fr.html" },
        { "messages/win-back/zh-CN.html", "{{ include \"footer\" }}", "", "messages/win-back/zh-CN.html", "no way to unsubscribe" },
        { "messages/_partials/footer.html", "{{ why_url }}", "{{ include \"footer\" }}", "messages/_partials/footer.html (line 5)", "includes itself" },
        { "messages/welcome/en.txt", "{{ include \"footer\" }}", "", "messages/welcome/en.txt", "no way to unsubscribe" },
        { "policy.json", "hello@shop.example", "hello@shop", "policy.json $.senders.shop.email (line 11)", "no e-mail address" },
        { "policy.json", "care@shop.example", "Care <care@shop.example>", "policy.json $.senders.shop.replyTo (line 11)", "no e-mail address" },
        { "policy.json", "\"Example Shop\"", "\"Example\\r\\nShop\"", "policy.json $.senders.shop.name (line 11)", "line break" },
        { "policy.json", "\"shop\": {", "\"The Shop\": {", "policy.json $.senders['The Shop'] (line 11)", "lower-case" },
        { "policy.json", "\"en\": \"Your orders\", ", "", "policy.json $.topics.orders.name (line 8)", "misses \"en\"" },

        // jurisdictions
        { "policy/cn.json", "[\"CN\"]", "[\"CN\", \"fr\"]", "policy/cn.json $.countries[1] (line 5)", "did you mean \"FR\"?" },
        { "policy/cn.json", "[\"CN\"]", "[\"CHN\"]", "policy/cn.json $.countries[0] (line 5)", "no ISO 3166 code of two capital letters such as" },
        { "policy/eu.json", "\"GB\"", "\"UK\"", "policy/eu.json $.countries[37] (line 9)", "did you mean \"GB\"?" },
        { "policy/cn.json", "[\"CN\"]", "[]", "policy/cn.json $.countries (line 5)", "at least one country" },
        { "policy/eu.json", "\"GB\"", "\"CN\"", "policy/eu.json $.countries[37] (line 9)", "is in policy/cn.json already" },
        { "policy/cn.json", "\"en\": \"China\", ", "", "policy/cn.json $.name (line 3)", "misses \"en\"" },
        { "policy/cn.json", "\"en\": \"AD:\", ", "", "policy/cn.json $.subjectPrefix (line 7)", "misses \"en\"" },
        { "policy/cn.json", "\"AD:\"", "\":\"", "policy/cn.json $.subjectPrefix.en (line 7)", "must be a word" },
        { "policy/cn.json", "\"optIn\"", "\"none\"", "policy/cn.json $.consent (line 6)", "must be one of \"optOut\" or \"optIn\"" },
        { "policy.json", "\"unknownCountry\": \"eu\"", "\"unknownCountry\": \"eea\"", "policy.json $.unknownCountry (line 20)", "names no file in config/policy" },
        { "policy.json", "\"offers\": {", "\"tracking\": { \"name\": { \"en\": \"T\" }, \"consent\": \"none\" }, \"offers\": {", "policy.json $.topics.tracking (line 7)", "is taken" },
    };

    [Theory, MemberData(nameof(Edits))]
    public void A_mistake_is_told_once_at_its_place(string file, string text, string instead, string where, string what)
    {
        Assert.Contains(text, SampleConfig.Files[file], StringComparison.Ordinal);

        var problem = Assert.Single(SampleConfig.Read(With(file, SampleConfig.Files[file].Replace(text, instead, StringComparison.Ordinal))).Problems);

        Assert.Equal(where, problem.Where);
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segments/notes.txt", "segments/notes.txt", "has no place here")]
    [InlineData("segment/vip.json", "segment/vip.json", "did you mean \"segments\"?")]
    [InlineData("messages/welcome/logo.png", "messages/welcome/logo.png", "has no place here")]
    [InlineData("messages/welcome/german.html", "messages/welcome/german.html", "not named after a language", "{{ unsubscribe_url }}")]
    [InlineData("messages/welcome/de.txt", "messages/welcome/de.txt", "has no de.html", "{{ unsubscribe_url }}")]
    [InlineData("segments/Big Spenders.json", "segments/Big Spenders.json", "lower-case", """{ "name": { "en": "Big" }, "when": { "event": "Order Completed" } }""")]
    [InlineData("traits/life-time.json", "traits/life-time.json", "underscores", """{ "name": { "en": "Big" }, "event": "Order Completed", "take": "count" }""")]
    [InlineData("policy/EU 2.json", "policy/EU 2.json", "lower-case", """{ "name": { "en": "EU" }, "countries": ["US"] }""")]
    [InlineData("segments/empty.json", "segments/empty.json (line 1)", "is empty", "")]
    [InlineData("journeys/empty.json", "journeys/empty.json $ (line 1)", "is a list but must be an object", "[]")]
    public void A_file_too_many_or_misnamed_is_told(string file, string where, string what, string text = "") =>
        Assert.Contains(SampleConfig.Read(With(file, text)).Problems, problem => problem.Where == where && problem.What.Contains(what, StringComparison.Ordinal));

    [Theory]
    [InlineData("policy.json", "policy.json", "is missing")]
    [InlineData("messages/win-back/message.json", "messages/win-back/message.json", "is missing")]
    [InlineData("messages/win-back/en.html", "messages/win-back", "has no en.html")]
    public void A_missing_file_is_told(string file, string where, string what) =>
        Assert.Contains(SampleConfig.Read(SampleConfig.Files.Remove(file)).Problems, problem => problem.Where == where && problem.What.Contains(what, StringComparison.Ordinal));

    private static ImmutableSortedDictionary<string, string> With(string file, string text) => SampleConfig.Files.SetItem(file, text);
}
