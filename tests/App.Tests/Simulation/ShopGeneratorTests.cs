using System.Text.Json;
using MarketingAutomation.Collect;
using NodaTime;

namespace MarketingAutomation.Simulation;

public class ShopGeneratorTests
{
    private static readonly DateTimeOffset End = new(2026, 5, 4, 3, 0, 0, TimeSpan.Zero), Start = End - Demo.Past;

    private static readonly Gen<Shop> AnyShop = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 20], (seed, shoppers) => ShopGenerator.Generate(seed, shoppers, Start, End));

    private static readonly Shop Large = ShopGenerator.Generate(1, 300, Start, End);

    [Fact]
    public void The_same_seed_makes_up_the_same_shop() => Gen.Int.Sample(seed =>
        Bytes(ShopGenerator.Generate(seed, 5, Start, End)).SequenceEqual(Bytes(ShopGenerator.Generate(seed, 5, Start, End))), iter: 20);

    [Fact]
    public void More_shoppers_leave_the_first_ones_as_they_were()
    {
        var few = ShopGenerator.Generate(1, 20, Start, End);
        var ids = few.Visitors.Select(visitor => visitor.Shopper.AnonymousId).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Bytes(few), Bytes(Large with { Events = [.. Large.Events.Where(e => ids.Contains(e.AnonymousId!))] }));
    }

    [Fact]
    public void Events_come_in_order_of_time_and_within_the_past() => AnyShop.Sample(shop =>
        shop.Events.Zip(shop.Events.Skip(1)).All(pair => pair.First.At <= pair.Second.At) && shop.Events.All(e => e.At >= Start && e.At <= End && e.ReceivedAt == e.At), iter: 50);

    [Fact]
    public void Every_event_has_a_messageId_of_its_own() => AnyShop.Sample(shop =>
        shop.Events.Select(e => e.MessageId).Distinct(StringComparer.Ordinal).Count() == shop.Events.Count, iter: 50);

    [Fact]
    public void Everybody_comes_without_a_name_and_is_known_from_signing_up_on() => AnyShop.Sample(shop =>
    {
        foreach (var events in shop.Events.GroupBy(e => e.AnonymousId))
        {
            var before = events.TakeWhile(e => e.UserId is null).ToList();
            Assert.NotEmpty(before);
            var after = events.Skip(before.Count).ToList();
            Assert.All(after, e => Assert.NotNull(e.UserId));
            if (after.Count > 0) Assert.IsType<CustomerEvent.Identified>(after[0]);
        }
    }, iter: 50);

    [Fact]
    public void Nobody_orders_without_having_signed_up_or_for_another_price_than_that_of_the_products() => AnyShop.Sample(shop =>
        shop.Events.Where(e => e.EventName == "Order Completed").All(order =>
            order.UserId is not null
            && order.Details.GetProperty("revenue").GetDecimal() == order.Details.GetProperty("products").EnumerateArray().Sum(line => line.GetProperty("price").GetDecimal())), iter: 50);

    [Fact]
    public void Addresses_are_unique_and_only_of_domains_that_are_reserved_for_examples()
    {
        var addresses = Large.Visitors.Select(visitor => visitor.Shopper.Email).ToList();
        Assert.Equal(addresses.Count, addresses.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(addresses, address => Assert.True(Customers.EmailAddress.IsPlausible(address)));
        Assert.All(addresses, address => Assert.Matches(@"@(example\.(com|org|net)|office\.example)$", address));
    }

    [Fact]
    public void The_shop_sees_all_that_a_shop_sees()
    {
        Assert.Superset(
            new HashSet<string> { "Page Viewed", "Product Viewed", "Product Added", "Signed Up", "Subscribed", "Order Completed" },
            Large.Events.Select(e => e.EventName).OfType<string>().ToHashSet(StringComparer.Ordinal));
        int Many(string name) => Large.Events.Count(e => e.EventName == name);
        Assert.InRange(Many("Signed Up"), 150, 299);                             // most, not all
        foreach (var topic in new[] { "newsletter", "offers", Customers.Consents.Tracking })
            Assert.InRange(Large.Events.Count(e => e.EventName == "Subscribed" && e.Details.GetProperty("topic").GetString() == topic), Many("Signed Up") / 2, Many("Signed Up") - 1);
        Assert.InRange(Many("Order Completed"), 100, Many("Product Added") - 1);
    }

    [Fact]
    public void Chinese_and_English_readers_see_products_in_their_language()
    {
        var names = Large.Events.Where(e => e.EventName == "Product Viewed").GroupBy(e => e.Context.GetProperty("locale").GetString() == "zh-CN", e => e.Details.GetProperty("name").GetString()!).ToDictionary(group => group.Key, group => group.ToList());
        Assert.All(names[true], name => Assert.Contains(name, Product.All.Select(product => product.Chinese)));
        Assert.All(names[false], name => Assert.Contains(name, Product.All.Select(product => product.English)));
    }

    [Fact]
    public void People_shop_by_day_where_they_live()
    {
        var hours = Large.Events.Where(e => e.EventName == "Page Viewed").Select(e =>
            Instant.FromDateTimeOffset(e.At).InZone(DateTimeZoneProviders.Tzdb[e.Context.GetProperty("timezone").GetString()!]).Hour).ToList();
        Assert.InRange(hours.Count(hour => hour is >= 1 and < 6) / (double)hours.Count, 0.001, 0.05); // a fifth of the day
    }

    [Fact]
    public void Some_customers_order_early_and_are_not_seen_for_the_two_months_after_which_they_count_as_lapsed() =>
        Assert.InRange(
            Large.Events.Where(e => e.UserId is not null).GroupBy(e => e.UserId).Count(events => events.Last().At < End.AddDays(-60) && events.Any(e => e.EventName == "Order Completed")),
            15, 100);

    private static byte[] Bytes(Shop shop) => [.. EventsBody.Write(shop.Events).SelectMany(body => body)];
}
