using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Reports;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Journeys;

/// <summary>Moves a customer's runs: in, from step to step, to their goal, out.</summary>
internal static class Passage
{
    /// <summary>Starts the runs that an event starts.</summary>
    public static void EnterBy(Turn turn, CustomerEvent e, DateTimeOffset at)
    {
        if (e.EventName is not { } name) return;
        foreach (var journey in turn.Rules.JourneysEnteredBy(name))
        {
            var entry = (Entry.Event)turn.Catalog.Journeys[journey].Entry;
            if (!entry.Where.Hold(e.Details)) continue;
            var key = entry.Key is null ? "" : Tests.Find(e.Details, entry.Key).ToString();
            Enter(turn, journey, key, e.MessageId, e.Details, e.At, at);
        }
    }

    /// <summary>Starts the runs that entering a segment starts.</summary>
    /// <param name="happened">When what made the customer enter it happened.</param>
    public static void EnterBy(Turn turn, string segment, DateTimeOffset happened, DateTimeOffset at)
    {
        foreach (var journey in turn.Rules.JourneysEnteredBySegment(segment)) Enter(turn, journey, "", $"{segment}@{at.UtcTicks}", default, happened, at);
    }

    /// <summary>Starts the run of a broadcast; its id is fixed by broadcast and customer.</summary>
    public static void EnterBroadcast(Turn turn, string journey, DateTimeOffset at) => Enter(turn, journey, "", "broadcast", default, at, at);

    /// <summary>Ends the runs that an event of their time ends.</summary>
    public static void ExitOn(Turn turn, CustomerEvent e, DateTimeOffset at)
    {
        if (e.EventName is not { } name) return;
        EndWhere(turn, at, (run, rule) => rule is ExitRule.Event exit && exit.Name == name && e.At >= run.EnteredAt && exit.Where.Hold(e.Details));
    }

    /// <summary>Ends the runs that entering or leaving a segment ends.</summary>
    public static void ExitOn(Turn turn, string segment, bool entered, DateTimeOffset at) =>
        EndWhere(turn, at, (_, rule) => entered ? rule is ExitRule.SegmentEntered { Segment: var one } && one == segment : rule is ExitRule.SegmentLeft { Segment: var other } && other == segment);

    /// <summary>Credits the goal to the runs whose time it falls in; each run converts once.</summary>
    public static void Reach(Turn turn, CustomerEvent e)
    {
        if (e.EventName is not { } name) return;
        foreach (var run in turn.Customer.Runs.Values)
        {
            if (run.ConvertedAt is not null || !turn.Catalog.Journeys.TryGetValue(run.Journey, out var journey)) continue;
            if (journey.Goal is not { } goal || goal.Event != name || e.At < run.EnteredAt || e.At > run.GoalUntil || !goal.Where.Hold(e.Details)) continue;
            var value = goal.Value is { } path && Tests.Find(e.Details, path) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var worth) ? worth : 0;
            turn.Put(run with { ConvertedAt = e.At });
            turn.Note($"run {run.Id} converted");
            turn.Record(new Fact.Converted(run.Journey, run.Id, run.EnteredAt, e.At, value));
        }
    }

    /// <summary>Takes a run as far as it gets at <paramref name="at"/>.</summary>
    public static void Advance(Turn turn, Run run, DateTimeOffset at)
    {
        if (!run.IsActive) return;
        if (!turn.Catalog.Journeys.ContainsKey(run.Journey)) { End(turn, run, "journey-removed", at); return; }
        var plan = turn.Rules.PlanOf(run.Journey);
        while (run.Step is { } id)
        {
            if (plan.At(id) is not var (step, next)) { End(turn, run, "step-removed", at); return; }
            switch (step)
            {
                case Step.Wait wait when run.Due is null:
                    turn.Put(run with { Due = run.Since + wait.For });
                    return;
                case Step.Wait when run.Due > at:
                    return;
                case Step.Wait:
                    run = Go(run, next, run.Due!.Value);
                    break;
                case Step.Send { Message: var message } when run.Arm == Arm.Holdout && turn.Catalog.MayBeRefused(message):
                    turn.Record(Dispatch.SkippedForHoldout(run, id, message, at));
                    run = Go(run, next, at);
                    break;
                case Step.Send send:
                    turn.Put(run);
                    Dispatch.Request(turn, run, send, at);
                    return;
                case Step.Branch branch:
                    var way = branch.Ways.First(way => way.When is null || Answer.Of(way.When, turn.Customer, turn.Catalog, at).Holds);
                    run = Go(run, way.Steps is [var first, ..] ? first.Id : next, at);
                    break;
                case Step.Exit exit:
                    End(turn, run, exit.Reason, at);
                    return;
                default:
                    throw new UnreachableException($"No passage through {step.GetType().Name}");
            }
        }
        End(turn, run, "completed", at);
    }

    /// <summary>Takes a run on from a send step whose delivery has come to an end.</summary>
    public static void GoOn(Turn turn, Delivery delivery, DateTimeOffset at)
    {
        if (turn.Customer.Runs.GetValueOrDefault(delivery.Run) is not { IsActive: true } run || run.Step != delivery.Step) return;
        var next = turn.Catalog.Journeys.ContainsKey(run.Journey) ? turn.Rules.PlanOf(run.Journey).At(delivery.Step)?.Next : null;
        Advance(turn, Go(run, next, at), at);
    }

    /// <summary>Ends a run; its goal may still be reached.</summary>
    public static void End(Turn turn, Run run, string reason, DateTimeOffset at)
    {
        turn.Put(run with { Step = null, Due = null, Since = at, ExitedAt = at });
        turn.Note($"run {run.Id} exited {reason}");
        turn.Record(new Fact.Exited(run.Journey, run.Id, run.EnteredAt, at, reason));
    }

    // Events of one request are decided one after the other and later than they happened: a run counts from when its cause happened, so that the
    // next event of the request, which happened after it, may end it or reach its goal.
    private static void Enter(Turn turn, string id, string key, string cause, JsonElement entry, DateTimeOffset happened, DateTimeOffset at)
    {
        var journey = turn.Catalog.Journeys[id];
        var name = $"{id}~{key}";
        if (!MayEnter(turn, Reentry.Of(journey.Entry.Reentry)!, id, key, name, at)) return;

        var customer = turn.Customer.Key.Value;
        var held = Hash.Bucket("holdout", id, customer) < journey.Holdout * 100 || (turn.Catalog.Policy.IsControl(turn.Customer.Key) && turn.Rules.PlanOf(id).Messages.Any(turn.Catalog.MayBeRefused));
        var arm = held ? Arm.Holdout : Arm.Treated;
        var enteredAt = happened < at ? happened : at;
        var run = new Run(Hash.Id("run", customer, id, cause), id, key, arm, enteredAt, turn.Catalog.Version)
        {
            Step = turn.Rules.PlanOf(id).First,
            Since = at,
            GoalUntil = enteredAt + journey.Goal?.Within,
            Entry = entry,
        };
        turn.Put(run);
        turn.Note($"run {run.Id} entered {id} {arm}");
        turn.Record(new Fact.Entered(id, run.Id, enteredAt, enteredAt, arm, turn.Catalog.Version, journey.Goal?.Within, Again: turn.Customer.Journeys.Contains(id)));
        turn.Customer = turn.Customer with { Journeys = turn.Customer.Journeys.Add(id) };
        Advance(turn, run, at);
    }

    private static bool MayEnter(Turn turn, Reentry rule, string journey, string key, string name, DateTimeOffset at)
    {
        var customer = turn.Customer;
        if (rule is Reentry.Always) return true;
        if (rule is Reentry.AfterExit) return !customer.Runs.Values.Any(run => run.IsActive && run.Journey == journey && run.Key == key);
        if (customer.Entries.TryGetValue(name, out var last) && (rule is not Reentry.Cooldown cooldown || at < last + cooldown.Span)) return false;
        turn.Customer = customer with { Entries = customer.Entries.SetItem(name, at) };
        return true;
    }

    private static void EndWhere(Turn turn, DateTimeOffset at, Func<Run, ExitRule, bool> ends)
    {
        foreach (var run in turn.Customer.Runs.Values)
            if (run.IsActive && turn.Catalog.Journeys.GetValueOrDefault(run.Journey)?.ExitOn is { } rules && rules.Any(rule => ends(run, rule)))
                End(turn, run, "exit-rule", at);
    }

    private static Run Go(Run run, string? step, DateTimeOffset at) => run with { Step = step, Since = at, Due = null };
}
