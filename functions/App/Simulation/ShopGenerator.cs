using System.Text.Json.Nodes;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Simulation;

/// <summary>Makes up a plausible shop: people in China and in English-speaking countries, and their visits, sign-ups, carts and orders. The same arguments give the same shop.</summary>
internal static class ShopGenerator
{
    private const double TellsName = 0.9;

    private static readonly (string Han, string Latin)[] Families =
    [
        ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"), ("赵", "zhao"), ("黄", "huang"), ("周", "zhou"), ("吴", "wu"),
        ("徐", "xu"), ("孙", "sun"), ("胡", "hu"), ("朱", "zhu"), ("高", "gao"), ("林", "lin"), ("何", "he"), ("郭", "guo"), ("马", "ma"), ("罗", "luo"),
    ];

    private static readonly (string Han, string Latin)[] Givens =
    [
        ("欣怡", "xinyi"), ("梓涵", "zihan"), ("子轩", "zixuan"), ("雨桐", "yutong"), ("浩然", "haoran"), ("思远", "siyuan"), ("佳琪", "jiaqi"), ("晓彤", "xiaotong"),
        ("嘉怡", "jiayi"), ("志强", "zhiqiang"), ("建国", "jianguo"), ("秀英", "xiuying"), ("婷婷", "tingting"), ("宇航", "yuhang"), ("明轩", "mingxuan"), ("静雯", "jingwen"),
        ("文博", "wenbo"), ("丽华", "lihua"), ("俊杰", "junjie"), ("雅琴", "yaqin"), ("天宇", "tianyu"), ("若曦", "ruoxi"), ("海燕", "haiyan"), ("一鸣", "yiming"),
    ];

    private static readonly string[] FirstNames =
    [
        "Olivia", "Emma", "Amelia", "Charlotte", "Sophie", "Grace", "Chloe", "Hannah", "Lucy", "Zoe", "Priya", "Aisha", "Maya", "Niamh",
        "Jack", "Oliver", "Noah", "Liam", "James", "Henry", "Thomas", "Daniel", "Samuel", "Ben", "Omar", "Arjun", "Wei", "Callum",
    ];

    private static readonly string[] LastNames =
    [
        "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel", "Wright", "Walker", "Thompson", "White",
        "Hughes", "Edwards", "Green", "Hall", "Martin", "Clarke", "Murphy", "Kelly", "Nguyen", "Singh", "Campbell", "Tan", "O'Brien",
    ];

    /// <param name="shoppers">How many people come by, at least 1; not all of them say who they are.</param>
    /// <param name="start">Nothing happens before it.</param>
    /// <param name="end">Nothing happens after it.</param>
    public static Shop Generate(int seed, int shoppers, DateTimeOffset start, DateTimeOffset end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shoppers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        List<Visitor> visitors = [];
        List<CustomerEvent> events = [];
        for (var number = 1; number <= shoppers; number++)
        {
            var draw = new Draw("shopper", seed.ToString(), number.ToString());
            var life = new ShopperLife(Person(number, draw), draw);
            life.Live(Arrival(start, end, draw), end);
            visitors.Add(new(life.Shopper, life.Left));
            events.AddRange(life.Events.Where(e => e.At <= end));
        }
        return new(visitors, [.. events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal)]);
    }

    // The shop opens with a stir: most come early, so that there is time to see who stays.
    private static DateTimeOffset Arrival(DateTimeOffset start, DateTimeOffset end, Draw draw)
    {
        var part = draw.Fraction();
        return start + (end - start) * (part * part);
    }

    private static Shopper Person(int number, Draw draw)
    {
        var home = draw.Weighted(Place.All, place => place.Weight);
        var mailbox = draw.Weighted(Mailbox.All, box => home.IsChinese ? box.Chinese : box.Others);
        var (first, last, latin) = Name(home, draw);
        var isNamed = draw.Chance(TellsName);
        return new(
            number, isNamed ? first : null, isNamed ? last : null, $"{latin}{number}@{mailbox.Domain}", home, draw.Weighted(Habit.All, habit => habit.Weight), mailbox, 0.5 + draw.Fraction(),
            ShopEvents.Json(new JsonObject { ["locale"] = home.Locale, ["timezone"] = home.Zone }));
    }

    private static (string First, string Last, string Latin) Name(Place home, Draw draw)
    {
        if (home.IsChinese)
        {
            var (given, family) = (draw.One(Givens), draw.One(Families));
            return (given.Han, family.Han, $"{given.Latin}.{family.Latin}");
        }
        string first = draw.One(FirstNames), last = draw.One(LastNames);
        return (first, last, $"{first}.{last.Replace("'", "", StringComparison.Ordinal)}".ToLowerInvariant());
    }
}
