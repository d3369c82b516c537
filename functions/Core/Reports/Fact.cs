using System.Text.Json.Serialization;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Reports;

/// <summary>Something that happened once and is never changed: what reports are folds over. Holds no personal data.</summary>
/// <param name="Journey">Journey's id.</param>
/// <param name="Run">Run's id.</param>
/// <param name="EnteredAt">When the run was entered; its UTC day is part of the fact's partition.</param>
/// <param name="At">When it happened, UTC.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(Entered), "entered")]
[JsonDerivedType(typeof(Exited), "exited")]
[JsonDerivedType(typeof(Converted), "converted")]
[JsonDerivedType(typeof(Settled), "settled")]
[JsonDerivedType(typeof(Hit), "hit")]
[JsonDerivedType(typeof(Unsubscribed), "unsubscribed")]
public abstract record Fact(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At)
{
    /// <summary>Row key: the same fact told twice is one row.</summary>
    [JsonIgnore]
    public abstract string Id { get; }

    /// <summary>A run began.</summary>
    /// <param name="Again">The customer has been in this journey before. Arms are drawn once per customer, so only first entries are independent draws.</param>
    public sealed record Entered(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At, Arm Arm, long CatalogVersion, TimeSpan? GoalWithin, bool Again = false) : Fact(Journey, Run, EnteredAt, At)
    {
        public override string Id => $"{Run}-entered";
    }

    /// <summary>A run ended.</summary>
    public sealed record Exited(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At, string Reason) : Fact(Journey, Run, EnteredAt, At)
    {
        public override string Id => $"{Run}-exited";
    }

    /// <summary>The goal was reached; a run converts at most once, by the first event that was processed.</summary>
    /// <param name="Value">Worth of the conversion in the unit of the goal's property; 0 where it names none.</param>
    public sealed record Converted(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At, decimal Value) : Fact(Journey, Run, EnteredAt, At)
    {
        public override string Id => $"{Run}-converted";
    }

    /// <summary>A send step's delivery reached an end: <c>sent</c>, <c>skipped</c>, <c>failed</c>, <c>unknown</c>, later <c>delivered</c>, <c>bounced</c>, <c>complained</c>.</summary>
    /// <param name="Status">Name of the <see cref="Deliveries.DeliveryStatus"/>, lower case; or <see cref="Deliveries.Reconciling.Unresolved"/>, where it stays unknown.</param>
    public sealed record Settled(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At, string Delivery, string Step, string Message, string Status, string? Reason) : Fact(Journey, Run, EnteredAt, At)
    {
        public override string Id => $"{Run}-{Delivery}-{Status}";
    }

    /// <summary>An open or click of a delivery; at most one row for each kind of hit and likeness.</summary>
    public sealed record Hit(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At, string Delivery, string Step, HitKind Kind, HitBy By) : Fact(Journey, Run, EnteredAt, At)
    {
        public override string Id => $"{Run}-{Delivery}-{Kind}-{By}".ToLowerInvariant();
    }

    /// <summary>The customer refused the message's topic from this delivery.</summary>
    public sealed record Unsubscribed(string Journey, string Run, DateTimeOffset EnteredAt, DateTimeOffset At, string Delivery, string Step) : Fact(Journey, Run, EnteredAt, At)
    {
        public override string Id => $"{Run}-{Delivery}-unsubscribed";
    }
}

/// <summary>Which side of the comparison a run is on; drawn at entry, kept for ever.</summary>
public enum Arm { Treated, Holdout }
