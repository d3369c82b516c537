using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MarketingAutomation.Journeys;

namespace MarketingAutomation.Broadcasts;

/// <summary>One message to a segment at a set time, as written in <c>config/broadcasts/*.json</c>.</summary>
public sealed record Broadcast(
    [property: Description("What people call it, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("Who gets it: the customers in this segment when their turn comes.")] string Segment,
    [property: Description("A message: the name of its folder in config/messages.")] string Message,
    [property: Description("When it begins, with its offset from UTC, such as 2026-12-01T09:00:00+08:00.")] DateTimeOffset At,
    [property: Description("Percent of customers, 0 to 50, that get no message which may be refused, to measure what the message is worth."), Range(0, 50)] decimal Holdout = 0,
    [property: Description("What it is to bring about.")] Goal? Goal = null,
    [property: Description("What it is for.")] string? Description = null)
{
    /// <summary>Id of the only step.</summary>
    public const string Step = "send";

    /// <summary>The journey that it is for each customer: everything that holds for a journey's message holds for this one.</summary>
    public Journey ToJourney() => new(Name, new Entry.Broadcast(Segment, At), [new Step.Send(Step, Message)], Goal: Goal, Holdout: Holdout, Description: Description);
}
