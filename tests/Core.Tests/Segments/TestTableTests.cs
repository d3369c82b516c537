using System.Text.Json;
using MarketingAutomation.Config;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Segments;

/// <summary>Every operator against every kind of value: what is missing or of another type holds for no operator but isNot and exists: false.</summary>
public class TestTableTests
{
    private static readonly Sight Noon = new(new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero), "Europe/Vienna");

    // A value of each kind; undefined stands for a trait that is not there.
    private static readonly string[] Kinds = ["undefined", "null", "true", "false", "3", "3.50", "\"\"", "\"Red\"", "\"3\"", "\"2.10.0\"", "\"2026-03-04\"", "\"2026-03-04T09:30:00Z\"", "\"2024-02-29\"", "[]", "[\"red\",3,true]", "{\"a\":1}"];

    /// <summary>An operator, and the only kinds of value it holds for.</summary>
    public static TheoryData<string, string[]> Table => new()
    {
        { """{"is":"Red"}""", ["\"Red\""] },
        { """{"is":"red","ignoreCase":true}""", ["\"Red\""] },
        { """{"is":3.5}""", ["3.50"] },
        { """{"is":true}""", ["true"] },
        { """{"is":false}""", ["false"] },
        { """{"isNot":"Red"}""", [.. Kinds.Where(kind => kind != "\"Red\"")] },
        { """{"isNot":3}""", [.. Kinds.Where(kind => kind != "3")] },
        { """{"oneOf":["Red",3,false]}""", ["false", "3", "\"Red\""] },
        { """{"oneOf":["RED"],"ignoreCase":true}""", ["\"Red\""] },
        { """{"atLeast":3}""", ["3", "3.50"] },
        { """{"atMost":3}""", ["3"] },
        { """{"greaterThan":3}""", ["3.50"] },
        { """{"lessThan":3.5}""", ["3"] },
        { """{"atLeast":3,"atMost":3.2}""", ["3"] },
        { """{"contains":"re"}""", ["\"Red\""] },
        { """{"contains":"red"}""", ["\"Red\"", "[\"red\",3,true]"] },
        { """{"contains":3}""", ["[\"red\",3,true]"] },
        { """{"contains":"RED","ignoreCase":true}""", ["\"Red\"", "[\"red\",3,true]"] },
        { """{"startsWith":"r"}""", ["\"Red\""] },
        { """{"endsWith":"ED"}""", ["\"Red\""] },
        { """{"matches":"^R.d$"}""", ["\"Red\""] },
        { """{"matches":"^r.d$"}""", [] },
        { """{"matches":"^r.d$","ignoreCase":true}""", ["\"Red\""] },
        { """{"versionAtLeast":"2.9"}""", ["\"3\"", "\"2.10.0\""] },
        { """{"versionBelow":"3.0.0"}""", ["\"2.10.0\""] },
        { """{"before":"2026-03-04"}""", ["\"2024-02-29\""] },
        { """{"before":"2026-03-05"}""", ["\"2026-03-04\"", "\"2026-03-04T09:30:00Z\"", "\"2024-02-29\""] },
        { """{"after":"2026-03-03"}""", ["\"2026-03-04\"", "\"2026-03-04T09:30:00Z\""] },
        { """{"after":"2026-03-04"}""", [] },
        { """{"after":"2026-03-04T08:00:00Z"}""", ["\"2026-03-04T09:30:00Z\""] },
        { """{"withinNext":"PT1H"}""", ["\"2026-03-04\""] },
        { """{"withinLast":"P1D"}""", ["\"2026-03-04\"", "\"2026-03-04T09:30:00Z\""] },
        { """{"withinLast":"PT1H"}""", ["\"2026-03-04\""] },
        { """{"anniversaryToday":true}""", [] },
        { """{"anniversaryToday":false}""", ["\"2026-03-04\"", "\"2026-03-04T09:30:00Z\"", "\"2024-02-29\""] },
        { """{"anniversaryWithin":"P365D"}""", ["\"2026-03-04\"", "\"2026-03-04T09:30:00Z\"", "\"2024-02-29\""] },
        { """{"anniversaryWithin":"P7D"}""", [] },
        { """{"exists":true}""", [.. Kinds.Where(kind => kind is not ("undefined" or "null"))] },
        { """{"exists":false}""", ["undefined", "null"] },
    };

    [Theory, MemberData(nameof(Table))]
    public void An_operator_holds_for_these_values_and_no_others(string test, string[] holding) =>
        Assert.Equal(holding.Order(StringComparer.Ordinal), Kinds.Where(kind => Read(test).Holds(kind == "undefined" ? default : new Value(Json(kind)), Noon)).Order(StringComparer.Ordinal));

    [Fact]
    public void The_table_has_every_operator() =>
        Assert.Empty(((Shape.Record)Shapes.Of(typeof(Test))).Properties.Select(property => property.Name).Except(Table.SelectMany(row => Json(row.Data.Item1).EnumerateObject().Select(property => property.Name))));

    [Theory]
    [InlineData("1.0.0-alpha", "1.0.0-alpha.1", -1)]
    [InlineData("1.0.0-alpha.1", "1.0.0-alpha.beta", -1)]
    [InlineData("1.0.0-alpha.beta", "1.0.0-beta", -1)]
    [InlineData("1.0.0-beta.2", "1.0.0-beta.11", -1)]
    [InlineData("1.0.0-rc.1", "1.0.0", -1)]
    [InlineData("2.1.1", "2.1.0", 1)]
    [InlineData("v1.2", "1.2.0+build.5", 0)]
    [InlineData("1.10", "1.9", 1)]
    [InlineData("1.x", "1.0.0", null)]
    [InlineData("", "1.0.0", null)]
    public void Versions_have_the_precedence_of_semver(string one, string other, int? order) => Assert.Equal(order, Versions.Compare(one, other) is { } found ? Math.Sign(found) : null);

    [Theory]
    [InlineData("2026-02-28T12:00:00Z", true)]
    [InlineData("2026-03-01T12:00:00Z", false)]
    [InlineData("2028-02-28T12:00:00Z", false)]
    [InlineData("2028-02-29T12:00:00Z", true)]
    [InlineData("2024-02-29T12:00:00Z", false)] // the day itself is no return of it
    public void The_29th_of_February_returns_on_the_28th_where_there_is_none(string now, bool today) =>
        Assert.Equal(today, new Test(AnniversaryToday: true).Holds(new Value(Json("\"2024-02-29\"")), new(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), null)));

    [Theory]
    [InlineData("2026-03-28T23:30:00Z", "Europe/Vienna", true)] // 29 March, 00:30, the night the clocks go forward
    [InlineData("2026-03-29T21:59:59Z", "Europe/Vienna", true)]
    [InlineData("2026-03-29T22:00:00Z", "Europe/Vienna", false)]
    [InlineData("2026-03-28T23:30:00Z", "America/New_York", false)]
    [InlineData("2026-03-28T23:30:00Z", null, false)]
    public void A_birthday_is_a_day_of_the_customers_own_time_zone(string now, string? zone, bool today) =>
        Assert.Equal(today, new Test(AnniversaryToday: true).Holds(new Value(Json("\"1990-03-29\"")), new(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), zone)));

    [Fact]
    public void What_time_changes_is_announced_to_the_instant() => Gen.Select(Gen.Int[0, 3000], Gen.Int[1, 2000], Gen.Int[0, 3], Gen.Int[0, 2]).Sample((day, hours, which, zone) =>
    {
        var span = TimeSpan.FromHours(hours);
        var test = which switch { 0 => new Test(WithinNext: span), 1 => new Test(WithinLast: span), 2 => new Test(AnniversaryToday: true), _ => new Test(AnniversaryWithin: span) };
        var value = new Value(Json($"\"{new DateTime(2020, 1, 1).AddDays(day):yyyy-MM-dd}\""));
        var sight = new Sight(new(2024, 2, 27, 13, 0, 0, TimeSpan.Zero), new[] { "Europe/Vienna", "America/Sao_Paulo", null }[zone]);
        for (var i = 0; i < 6 && test.ChangesAt(value, sight) is { } next; i++)
        {
            Assert.True(next > sight.Now);
            var holds = test.Holds(value, sight);
            Assert.Equal(holds, test.Holds(value, sight with { Now = next.AddTicks(-1) }));
            Assert.NotEqual(holds, test.Holds(value, sight with { Now = next }));
            sight = sight with { Now = next };
        }
    }, iter: 1000);

    [Theory]
    [InlineData("products.sku", """{"is":"b"}""", true)]
    [InlineData("products.sku", """{"is":"c"}""", false)]
    [InlineData("products.sku", """{"isNot":"a"}""", true)]
    [InlineData("products.size", """{"exists":false}""", true)]
    [InlineData("products.tags", """{"contains":"new"}""", true)]
    [InlineData("address.city", """{"is":"Wien"}""", true)]
    [InlineData("address.zip", """{"isNot":"1010"}""", true)]
    [InlineData("a.b", """{"is":1}""", true)]
    public void A_path_leads_into_objects_and_into_each_element_of_a_list(string path, string test, bool holds)
    {
        var shop = new Shop().With("s", new Condition.Trait(path, Read(test))).Identify(Monday, """{"products":[{"sku":"a"},{"sku":"b","tags":["new"]}],"address":{"city":"Wien"},"a.b":1}""");
        Assert.Equal(holds, shop.Customer.Segments.ContainsKey("s"));
    }

    private static Test Read(string json)
    {
        var file = ConfigFile.Read<Test>("test.json", "test", json);
        Assert.Empty(file.Findings);
        return Assert.IsType<Test>(file.Value);
    }
}
