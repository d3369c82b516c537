using MarketingAutomation.Collect;

namespace MarketingAutomation.Simulation;

/// <summary>A made-up shop with what happened in it.</summary>
/// <param name="Events">In order of time.</param>
internal sealed record Shop(IReadOnlyList<Visitor> Visitors, IReadOnlyList<CustomerEvent> Events)
{
    private readonly Dictionary<string, Visitor> byAddress = Visitors.ToDictionary(visitor => visitor.Shopper.Email, StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">Nobody has the address.</exception>
    public Visitor At(string address) => byAddress[address];
}

/// <param name="Left">Carts that were filled and not bought, in that order.</param>
internal sealed record Visitor(Shopper Shopper, IReadOnlyList<Cart> Left);
