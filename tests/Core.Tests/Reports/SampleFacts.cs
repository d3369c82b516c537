using MarketingAutomation.Deliveries;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Reports;

/// <summary>Facts as runs would leave them, for examples and for properties.</summary>
internal static class SampleFacts
{
    public static readonly DateTimeOffset Monday = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    public static Fact.Entered Entered(string run, Arm arm = Arm.Treated, string journey = "welcome", int day = 0, int? goalDays = 7) =>
        new(journey, run, Monday.AddDays(day), Monday.AddDays(day), arm, 1, goalDays is { } days ? TimeSpan.FromDays(days) : null);

    public static Fact.Exited Exited(Fact.Entered run, string reason, double hours = 50) => new(run.Journey, run.Run, run.EnteredAt, run.At.AddHours(hours), reason);

    public static Fact.Converted Converted(Fact.Entered run, decimal value = 0, double hours = 30) => new(run.Journey, run.Run, run.EnteredAt, run.At.AddHours(hours), value);

    public static Fact.Settled Settled(Fact.Entered run, string step, string status, string? reason = null, double hours = 1) =>
        new(run.Journey, run.Run, run.EnteredAt, run.At.AddHours(hours), $"{run.Run}-{step}", step, $"{step}-message", status, reason);

    public static Fact.Hit Hit(Fact.Entered run, string step, HitKind kind, HitBy by, double hours = 2) =>
        new(run.Journey, run.Run, run.EnteredAt, run.At.AddHours(hours), $"{run.Run}-{step}", step, kind, by);

    public static Fact.Unsubscribed Unsubscribed(Fact.Entered run, string step) => new(run.Journey, run.Run, run.EnteredAt, run.At.AddHours(3), $"{run.Run}-{step}", step);

    /// <summary>All facts of up to forty runs of two journeys, each run's together and in no order.</summary>
    public static readonly Gen<List<List<Fact>>> AnyRuns =
        from runs in AnyRun.List[0, 40]
        select runs.Select((run, i) => run(i)).ToList();

    private static Gen<Func<int, List<Fact>>> AnyRun =>
        from seed in Gen.Select(Gen.OneOf("cart", "welcome"), Gen.OneOf(Arm.Treated, Arm.Treated, Arm.Holdout), Gen.Int[0, 20], Gen.OneOf<int?>(null, 1, 7))
        from exit in Gen.OneOf<string?>(null, "done", "ordered")
        from value in Gen.OneOf<decimal?>(null, null, 0m, 19.90m, 5m)
        from deliveries in Gen.Select(Gen.OneOf("first", "second"), AnyStatuses, AnyHits, Gen.Bool).List[0, 3]
        from shuffle in Gen.Int
        select (Func<int, List<Fact>>)(i =>
        {
            var entered = Entered($"run{i}", seed.Item2, seed.Item1, seed.Item3, seed.Item4);
            List<Fact> facts = [entered];
            if (exit is not null) facts.Add(Exited(entered, exit));
            if (value is { } worth && seed.Item4 is not null) facts.Add(Converted(entered, worth));
            foreach (var (step, statuses, hits, refused) in deliveries)
            {
                facts.AddRange(statuses.Select(status => status == Reconciling.NotAccepted ? Settled(entered, step, "failed", status) : Settled(entered, step, status, status == "skipped" ? "no consent" : null)));
                facts.AddRange(hits.Select(hit => Hit(entered, step, hit.Item1, hit.Item2)));
                if (refused) facts.Add(Unsubscribed(entered, step));
            }
            return Shuffled(facts, shuffle);
        });

    private static Gen<string[]> AnyStatuses => Gen.OneOf<string[]>(
        ["sent"], ["sent", "delivered"], ["sent", "bounced"], ["sent", "delivered", "complained"], ["skipped"], ["failed"], ["unknown"], ["unknown", "delivered"], ["unknown", Reconciling.NotAccepted], ["unknown", Reconciling.Unresolved], ["unknown", Reconciling.NotAccepted, "sent"]);

    private static Gen<List<(HitKind, HitBy)>> AnyHits =>
        Gen.Select(Gen.OneOf(HitKind.Open, HitKind.Click), Gen.OneOf(HitBy.Human, HitBy.LikelyMachine, HitBy.Machine)).List[0, 3];

    public static List<Fact> Shuffled(IEnumerable<Fact> facts, int seed)
    {
        var list = facts.ToArray();
        new Random(seed).Shuffle(list);
        return [.. list];
    }
}
