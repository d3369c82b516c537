using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>What a condition says at one instant.</summary>
/// <param name="FlipsAt">The earliest instant at which time alone may change the answer; null where it cannot.</param>
public readonly record struct Answer(bool Holds, DateTimeOffset? FlipsAt = null)
{
    /// <summary>Answers a condition for a customer at an instant.</summary>
    /// <remarks>Other segments are taken as <see cref="Customer.Segments"/> has them, so segments are evaluated after those they name.</remarks>
    public static Answer Of(Condition condition, Customer customer, Catalog catalog, DateTimeOffset now) => condition switch
    {
        Condition.All all => Combine(all.Conditions, customer, catalog, now, every: true),
        Condition.Any any => Combine(any.Conditions, customer, catalog, now, every: false),
        Condition.Not not => Of(not.Condition, customer, catalog, now) is var inner ? inner with { Holds = !inner.Holds } : default,
        Condition.InSegment other => new(customer.Segments.ContainsKey(other.Segment)),
        Condition.Trait trait => new(trait.Test.Holds(Trait(customer, trait.Path))),
        Condition.Consented consented => new(Consents.May(catalog.Policy, customer, consented.Topic) == consented.Is),
        Condition.Event counted => Count(counted, customer, catalog, now),
        _ => throw new UnreachableException($"No answer for {condition.GetType().Name}"),
    };

    private static Answer Combine(IReadOnlyList<Condition> conditions, Customer customer, Catalog catalog, DateTimeOffset now, bool every)
    {
        var holds = every;
        DateTimeOffset? flips = null;
        foreach (var condition in conditions)
        {
            var inner = Of(condition, customer, catalog, now);
            holds = every ? holds && inner.Holds : holds || inner.Holds;
            flips = Earlier(flips, inner.FlipsAt);
        }
        return new(holds, flips);
    }

    private static Answer Count(Condition.Event condition, Customer customer, Catalog catalog, DateTimeOffset now)
    {
        var rule = catalog.Rules.TallyOf(condition);
        var tally = customer.Tallies.GetValueOrDefault(rule.Id, Tally.None);
        if (rule.Within is not { } span) return new(Passes(condition.Count, tally.Count));

        // An event at t counts while t ≤ now < t + span. Each that leaves may flip the answer; the first that does is the instant to look again.
        var first = 0;
        while (first < tally.Times.Length && tally.Times[first] <= now.UtcTicks - span.Ticks) first++;
        var count = tally.Times.Length - first;
        var holds = Passes(condition.Count, count);
        for (var left = 1; left <= count; left++)
            if (Passes(condition.Count, count - left) != holds)
                return new(holds, new DateTimeOffset(tally.Times[first + left - 1], TimeSpan.Zero) + span);
        return new(holds);
    }

    private static bool Passes(Test? test, long count) => test is null ? count >= 1 : test.Holds(count);

    private static JsonElement Trait(Customer customer, string path)
    {
        if (customer.Traits.TryGetValue(path, out var found)) return found;
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && customer.Traits.TryGetValue(path[..dot], out var inner) ? Tests.Find(inner, path[(dot + 1)..]) : default;
    }

    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? two) => one is null ? two : two is null || one < two ? one : two;
}
