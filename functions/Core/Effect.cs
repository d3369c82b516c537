using System.Text.Json.Serialization;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Reports;

namespace MarketingAutomation;

/// <summary>Something the edge is asked to do; committed with the decision, run afterwards, and harmless when run twice.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "effect")]
[JsonDerivedType(typeof(WakeAt), "wakeAt")]
[JsonDerivedType(typeof(Deliver), "deliver")]
[JsonDerivedType(typeof(AwaitResume), "awaitResume")]
[JsonDerivedType(typeof(Count), "count")]
[JsonDerivedType(typeof(Record), "record")]
[JsonDerivedType(typeof(Merge), "merge")]
[JsonDerivedType(typeof(AbsorbNext), "absorb")]
[JsonDerivedType(typeof(Suppress), "suppress")]
[JsonDerivedType(typeof(Member), "member")]
public abstract record Effect
{
    private Effect() { } // closed: these cases and no others

    /// <summary>Wake this customer at the instant.</summary>
    public sealed record WakeAt(DateTimeOffset At) : Effect;

    /// <summary>Ask again whether the delivery may go, or what became of it; at once where <paramref name="Due"/> is null.</summary>
    public sealed record Deliver(string Delivery, DateTimeOffset? Due = null) : Effect;

    /// <summary>Keep the delivery on the list of those that ask again when messages of the journey may go on.</summary>
    public sealed record AwaitResume(string Delivery, string Journey) : Effect;

    /// <summary>Count a message, or what became of it, once, among those sent at the same time.</summary>
    public sealed record Count(string Journey, string Delivery, Reaction Reaction, DateTimeOffset SentAt, string Topic, string? Domain) : Effect;

    /// <summary>Keep the fact for reports.</summary>
    public sealed record Record(Fact Fact) : Effect;

    /// <summary>Tell <paramref name="Anonymous"/> that it is this customer.</summary>
    public sealed record Merge(CustomerKey Anonymous) : Effect;

    /// <summary>Let <paramref name="Into"/> absorb the log of <paramref name="From"/> from a position on.</summary>
    public sealed record AbsorbNext(CustomerKey Into, CustomerKey From, long Position) : Effect;

    /// <summary>Keep the index of members: the customer is in the segment since an instant, or no longer.</summary>
    /// <param name="Since">Null where the customer has left.</param>
    public sealed record Member(string Segment, DateTimeOffset? Since) : Effect;

    /// <summary>Send nothing more to the address.</summary>
    public sealed record Suppress(string Address, string Reason) : Effect;
}
