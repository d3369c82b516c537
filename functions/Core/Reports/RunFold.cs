using MarketingAutomation.Deliveries;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Reports;

/// <summary>What is known of one run while its partition is read. Facts may come in any order and twice.</summary>
internal sealed class RunFold
{
    private readonly Dictionary<string, DeliveryFold> deliveries = new(StringComparer.Ordinal);
    private Fact.Exited? exited;
    private Fact.Converted? converted;

    public Fact.Entered? Entered { get; private set; }

    public bool IsActive => exited is null;

    public string? ExitReason => exited?.Reason;

    public decimal? ConvertedValue => converted?.Value;

    public IEnumerable<DeliveryFold> Deliveries => deliveries.Values;

    public void Add(Fact fact)
    {
        switch (fact)
        {
            case Fact.Entered one: Entered = First(Entered, one); break;
            case Fact.Exited one: exited = First(exited, one); break;
            case Fact.Converted one: converted = First(converted, one); break;
            case Fact.Settled one: Delivery(one.Delivery, one.Step).Settle(one.Status, one.Reason); break;
            case Fact.Hit one: Delivery(one.Delivery, one.Step).Marks |= MarkOf(one); break;
            case Fact.Unsubscribed one: Delivery(one.Delivery, one.Step).Marks |= Marks.Unsubscribed; break;
        }
    }

    public bool MayStillConvert(DateTimeOffset asOf) => converted is null && Entered?.GoalWithin is { } within && asOf - Entered.EnteredAt <= within;

    // The same fact told twice is equal; should two tellings ever differ, the earlier counts, whichever came first.
    private static TFact First<TFact>(TFact? one, TFact other) where TFact : Fact => one is null || other.At < one.At ? other : one;

    private DeliveryFold Delivery(string id, string step)
    {
        if (!deliveries.TryGetValue(id, out var delivery)) deliveries.Add(id, delivery = new(step));
        return delivery;
    }

    private static Marks MarkOf(Fact.Hit hit) => (hit.Kind, hit.By) switch
    {
        (HitKind.Open, HitBy.Human) => Marks.Opened,
        (HitKind.Open, HitBy.LikelyMachine) => Marks.OpenedLikelyMachine,
        (HitKind.Open, _) => Marks.OpenedMachine,
        (_, HitBy.Human) => Marks.Clicked,
        (_, HitBy.LikelyMachine) => Marks.ClickedLikelyMachine,
        _ => Marks.ClickedMachine,
    };
}

/// <summary>What is known of one delivery.</summary>
internal sealed class DeliveryFold(string step)
{
    public string Step => step;

    public Marks Marks { get; set; }

    public string SkipReason { get; private set; } = "";

    public bool IsSent => (Marks & Marks.ProveSent) != 0;

    public bool IsFailed => !IsSent && Marks.HasFlag(Marks.Failed);

    public bool IsNotAccepted => IsFailed && Marks.HasFlag(Marks.NotAccepted);

    public bool IsSkipped => !IsSent && !IsFailed && Marks.HasFlag(Marks.Skipped);

    public bool IsUnknown => !IsSent && !IsFailed && !IsSkipped && Marks.HasFlag(Marks.Unknown);

    public bool IsUnresolved => IsUnknown && Marks.HasFlag(Marks.Unresolved);

    public bool Arrived => (Marks & Marks.ProveArrived) != 0;

    public void Settle(string status, string? reason)
    {
        Marks |= status switch
        {
            "sent" => Marks.Sent,
            "skipped" => Marks.Skipped,
            "failed" => reason == Reconciling.NotAccepted ? Marks.Failed | Marks.NotAccepted : Marks.Failed,
            "unknown" => Marks.Unknown,
            Reconciling.Unresolved => Marks.Unknown | Marks.Unresolved,
            "delivered" => Marks.Delivered,
            "bounced" => Marks.Bounced,
            "complained" => Marks.Complained,
            _ => throw new ArgumentException($"A settled delivery cannot be \"{status}\".", nameof(status)),
        };
        if (status == "skipped" && (SkipReason.Length == 0 || string.CompareOrdinal(reason, SkipReason) < 0)) SkipReason = reason ?? "";
    }
}

/// <summary>What has been told of one delivery, in any order.</summary>
[Flags]
internal enum Marks
{
    None = 0,
    Unknown = 1,
    Skipped = 1 << 1,
    Failed = 1 << 2,
    Sent = 1 << 3,
    Delivered = 1 << 4,
    Bounced = 1 << 5,
    Complained = 1 << 6,
    Opened = 1 << 7,
    OpenedLikelyMachine = 1 << 8,
    OpenedMachine = 1 << 9,
    Clicked = 1 << 10,
    ClickedLikelyMachine = 1 << 11,
    ClickedMachine = 1 << 12,
    Unsubscribed = 1 << 13,
    NotAccepted = 1 << 14,
    Unresolved = 1 << 15,

    /// <summary>Who complains, opens, clicks or unsubscribes has the message, or has somebody who scans it for them.</summary>
    ProveArrived = Delivered | Complained | Opened | OpenedLikelyMachine | OpenedMachine | Clicked | ClickedLikelyMachine | ClickedMachine | Unsubscribed,
    ProveSent = ProveArrived | Sent | Bounced,
}
