using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Simulation;

/// <summary>What one shopper does from the first visit on, told in order; it comes without a name, and signs up sooner or later or never.</summary>
internal sealed class ShopperLife(Shopper shopper, Draw draw)
{
    private const double SignsUp = 0.3, Subscribes = 0.65, AgreesToOffers = 0.85, AgreesToTracking = 0.7, ReturnsAlone = 0.1; // of a visit, thrice of signing up, of an abandoned cart

    private readonly List<CustomerEvent> events = [];
    private readonly List<Cart> left = [];
    private int filled;
    private bool known;
    private DateTimeOffset now;

    public Shopper Shopper => shopper;

    public IReadOnlyList<CustomerEvent> Events => events;

    /// <summary>Carts that were filled and not bought, in that order.</summary>
    public IReadOnlyList<Cart> Left => left;

    private ShopEvents Call => new(shopper, known);

    /// <param name="start">The first visit is on the next local day.</param>
    /// <param name="end">No visit begins after it; the last may go on for a little while.</param>
    public void Live(DateTimeOffset start, DateTimeOffset end)
    {
        for (now = DayRhythm.Visit(start, 1, shopper.Home.Zone, draw); now <= end; now = NextVisit())
        {
            var hasOrdered = Visit();
            if (draw.Chance(hasOrdered ? shopper.Habit.LeavesAfterOrder : shopper.Habit.Leaves)) return;
        }
    }

    private DateTimeOffset NextVisit() => DayRhythm.Visit(now, draw.Number(1, shopper.Habit.DaysBetweenVisits - 1), shopper.Home.Zone, draw);

    private bool Visit()
    {
        Tell(Call.Viewed(NextId(), now, "https://shop.example/"));
        List<Product> seen = [];
        for (var views = draw.Number(1, 4); views > 0; views--)
        {
            Pass(10, 90);
            seen.Add(draw.One(Product.All));
            Tell(Call.ProductViewed(NextId(), now, seen[^1]));
        }
        if (!known && draw.Chance(SignsUp)) SignUp();
        return draw.Chance(shopper.Habit.FillsCart) && TryBuy(FillCart(seen));
    }

    private Cart FillCart(List<Product> seen)
    {
        var cart = new Cart($"c-{shopper.Number:D5}-{++filled}", now, [.. seen.Distinct().Take(draw.Number(1, shopper.Habit.MostItems))]);
        foreach (var product in cart.Products)
        {
            Pass(10, 60);
            Tell(Call.ProductAdded(NextId(), now, cart.Id, product));
        }
        return cart;
    }

    private bool TryBuy(Cart cart)
    {
        if (draw.Chance(shopper.Habit.Buys)) Pass(60, 400);
        else if (draw.Chance(ReturnsAlone)) now = DayRhythm.Awake(now + draw.Span(TimeSpan.FromHours(2), TimeSpan.FromHours(40)), shopper.Home.Zone, draw);
        else
        {
            left.Add(cart);
            return false;
        }
        if (!known) SignUp();
        Tell(Call.OrderCompleted(NextId(), now, $"o-{cart.Id[2..]}", cart.Id, cart.Products));
        return true;
    }

    // One form, sent at once.
    private void SignUp()
    {
        known = true;
        Pass(20, 90);
        Tell(Call.Identified(NextId(), now));
        Tell(Call.SignedUp(NextId(), now));
        if (draw.Chance(Subscribes)) Tell(Call.Subscribed(NextId(), now, "newsletter"));
        if (draw.Chance(AgreesToOffers)) Tell(Call.Subscribed(NextId(), now, "offers"));
        if (draw.Chance(AgreesToTracking)) Tell(Call.Subscribed(NextId(), now, Consents.Tracking));
        Pass(20, 60);
    }

    private void Pass(int fromSeconds, int toSeconds) => now += draw.Span(TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromSeconds(toSeconds));

    private void Tell(CustomerEvent e) => events.Add(e);

    private string NextId() => $"shop-{shopper.Number:D5}-{events.Count:D4}";
}
