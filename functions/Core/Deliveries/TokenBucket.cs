namespace MarketingAutomation.Deliveries;

/// <summary>Places for messages that come at a steady rate and are kept up to a number: in any span of time no more are given than come in it and were kept.</summary>
/// <param name="Tokens">Places kept at <paramref name="At"/>; parts of one count.</param>
public readonly record struct TokenBucket(double Tokens, DateTimeOffset At)
{
    /// <summary>Most places that are kept: those of a second, and at least one.</summary>
    public static double Most(double perSecond) => Math.Max(1, perSecond);

    /// <summary>Takes whole places, as many as there are and at most <paramref name="most"/>.</summary>
    /// <param name="perSecond">Above 0.</param>
    public (TokenBucket Left, int Taken) Take(int most, double perSecond, DateTimeOffset now)
    {
        var (tokens, at) = (Math.Min(Tokens, Most(perSecond)), At);
        if (now > at) (tokens, at) = (Math.Min(Most(perSecond), tokens + (now - at).TotalSeconds * perSecond), now); // a clock behind the writer's adds nothing
        var taken = Math.Min(most, (int)tokens);
        return (new(tokens - taken, at), taken);
    }

    /// <summary>When the next whole place comes.</summary>
    public DateTimeOffset Next(double perSecond) => Tokens >= 1 ? At : At + TimeSpan.FromSeconds(Math.Min((1 - Tokens) / perSecond, 24 * 60 * 60)) + TimeSpan.FromMilliseconds(1);
}
