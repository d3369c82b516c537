using System.Text.Json;

namespace MarketingAutomation.Simulation;

/// <summary>One person of the demo: who it is, how it shops, and how it reads its mail.</summary>
/// <param name="Number">From 1; the rest follows from it and the demo's seed.</param>
/// <param name="FirstName">Null for those who do not tell it.</param>
/// <param name="Email">Unique among the shoppers.</param>
/// <param name="Keenness">Of reading the shop's messages, around 1.</param>
/// <param name="Context">As its browser sends it with every call.</param>
internal sealed record Shopper(int Number, string? FirstName, string? LastName, string Email, Place Home, Habit Habit, Mailbox Mailbox, double Keenness, JsonElement Context)
{
    public string UserId => $"u-{Number:D5}";

    public string AnonymousId => $"a-{Number:D5}";
}

/// <summary>How somebody shops. Chances are fractions of 1.</summary>
/// <param name="Weight">How many shoppers are so, relative to other habits.</param>
/// <param name="DaysBetweenVisits">At most; half of that on average.</param>
/// <param name="FillsCart">Chance that a visit fills a cart.</param>
/// <param name="Buys">Chance that a filled cart is bought in the same visit.</param>
/// <param name="MostItems">In one cart.</param>
/// <param name="Leaves">Chance that a visit is the last.</param>
/// <param name="LeavesAfterOrder">Chance that a visit with an order is the last.</param>
internal sealed record Habit(int Weight, int DaysBetweenVisits, double FillsCart, double Buys, int MostItems, double Leaves, double LeavesAfterOrder)
{
    public static readonly IReadOnlyList<Habit> All =
    [
        new(36, DaysBetweenVisits: 12, FillsCart: 0.22, Buys: 0.12, MostItems: 1, Leaves: 0.22, LeavesAfterOrder: 0.30), // looks around
        new(28, DaysBetweenVisits: 10, FillsCart: 0.45, Buys: 0.25, MostItems: 2, Leaves: 0.05, LeavesAfterOrder: 0.80), // buys once and is gone
        new(26, DaysBetweenVisits: 16, FillsCart: 0.45, Buys: 0.30, MostItems: 2, Leaves: 0.04, LeavesAfterOrder: 0.06), // comes now and then
        new(10, DaysBetweenVisits: 8, FillsCart: 0.60, Buys: 0.50, MostItems: 4, Leaves: 0.01, LeavesAfterOrder: 0.02), // a regular
    ];
}
