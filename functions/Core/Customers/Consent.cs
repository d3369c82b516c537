namespace MarketingAutomation.Customers;

/// <summary>A recorded yes or no to a topic, with its evidence.</summary>
/// <param name="At">When the customer said so; the latest word counts, however late it arrives.</param>
/// <param name="Source">Where it was said, such as <c>one-click</c> or the form's name.</param>
public sealed record Consent(bool Given, DateTimeOffset At, string Source)
{
    /// <summary>Of two words on the same topic the later one; of two at the same instant the no.</summary>
    public static Consent Latest(Consent first, Consent second) =>
        first.At != second.At ? (first.At > second.At ? first : second) : first.Given ? second : first;
}
