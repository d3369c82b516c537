using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation;

/// <summary>What <see cref="Pipeline.Decide"/> answers.</summary>
public abstract record Decision
{
    private Decision() { } // closed: these cases and no others

    /// <summary>The customer afterwards, and what follows.</summary>
    /// <param name="Changed">False where the input changes nothing, so that nothing need be written.</param>
    /// <param name="Deliveries">Deliveries whose row changed.</param>
    /// <param name="Notes">What was decided, in words for the log and for explaining.</param>
    /// <param name="Outgoing">The message to hand to the channel once the decision is committed; not kept.</param>
    public sealed record Made(
        Customer Customer,
        bool Changed,
        IReadOnlyList<Effect> Effects,
        IReadOnlyList<Delivery> Deliveries,
        IReadOnlyList<string> Notes,
        OutgoingMessage? Outgoing) : Decision;

    /// <summary>The customer's state does not hold what the answer needs: the catalog counts something else than before, or an event came late. Decide the input again with <see cref="Input.Past"/>.</summary>
    public sealed record NeedsHistory : Decision;

    /// <summary>The input belongs to another customer now.</summary>
    public sealed record Moved(CustomerKey To) : Decision;
}
