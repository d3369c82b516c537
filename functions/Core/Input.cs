using System.Text.Json.Serialization;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation;

/// <summary>Everything that can make a customer decide; kept in the customer's log, so that each decision can be taken again.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "input")]
[JsonDerivedType(typeof(Happened), "event")]
[JsonDerivedType(typeof(Woke), "wake")]
[JsonDerivedType(typeof(Admit), "admit")]
[JsonDerivedType(typeof(Settle), "settle")]
[JsonDerivedType(typeof(Reconcile), "reconcile")]
[JsonDerivedType(typeof(MergeInto), "mergeInto")]
[JsonDerivedType(typeof(Absorb), "absorb")]
public abstract record Input
{
    private Input() { } // closed: these cases and no others

    /// <summary>Everything that happened to the customer before, by business time, where the decision needs to know (<see cref="Decision.NeedsHistory"/>); not kept.</summary>
    [JsonIgnore]
    public IReadOnlyList<CustomerEvent>? Past { get; init; }

    /// <summary>An event of the customer.</summary>
    /// <param name="History">Imported: folds into traits and counts, starts no run.</param>
    public sealed record Happened(CustomerEvent Event, bool History = false) : Input;

    /// <summary>Time has passed; whatever fell due happens at its own instant.</summary>
    public sealed record Woke(DateTimeOffset Due) : Input;

    /// <summary>A delivery asks to be let out.</summary>
    /// <param name="Token">Random; claims the attempt.</param>
    /// <param name="Address">Where it would go, as looked up before; the answers below are about this address.</param>
    /// <param name="Suppressed">The address gets nothing more.</param>
    /// <param name="Again">An attempt under way was given up by whoever made it, and handing the message over again makes no second one.</param>
    /// <param name="Stop">How far an operator has stopped messages like this one.</param>
    public sealed record Admit(string Delivery, string Token, string? Address, bool Suppressed, bool Again = false, Stop Stop = Stop.None) : Input;

    /// <summary>What became of an attempt.</summary>
    /// <param name="Token">Of the attempt; an outcome of another attempt is ignored.</param>
    public sealed record Settle(string Delivery, string Token, Outcome Outcome) : Input;

    /// <summary>Somebody asks about a delivery of which nobody knows.</summary>
    /// <param name="CalledBack">The latest claim of which the provider has called back; null where it has not, or does not call back about every message it takes.</param>
    public sealed record Reconcile(string Delivery, DateTimeOffset? CalledBack) : Input;

    /// <summary>To an anonymous customer: you are known as somebody, go there.</summary>
    public sealed record MergeInto(CustomerKey Into) : Input;

    /// <summary>To a known customer: this is what you did before we knew you.</summary>
    /// <param name="Position">Where in the anonymous log the events begin; a chunk absorbed before is ignored.</param>
    /// <param name="Next">Where the next chunk begins; null for the last, which brings <paramref name="Rest"/>.</param>
    /// <param name="Rest">The anonymous customer as it was when it stopped: its runs, consents and deliveries.</param>
    public sealed record Absorb(CustomerKey From, long Position, long? Next, [property: JsonIgnore] IReadOnlyList<CustomerEvent> Events, [property: JsonIgnore] Customer? Rest) : Input
    {
        [JsonConstructor]
        public Absorb(CustomerKey from, long position, long? next) : this(from, position, next, [], null) { }
    }
}
