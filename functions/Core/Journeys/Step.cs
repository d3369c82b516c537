using System.ComponentModel;
using MarketingAutomation.Config;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Journeys;

/// <summary>One step of a journey. Its id stays when steps around it change, so that runs know where they are.</summary>
public abstract record Step(string Id)
{
    public sealed record Send(
        [Description("Stable name of the step, unique in its journey.")] string Id,
        [Verb("send"), Description("A message: the name of its folder in config/messages.")] string Message) : Step(Id);

    public sealed record Wait(
        [Description("Stable name of the step, unique in its journey.")] string Id,
        [Verb("wait"), Description("How long, such as PT1H or P3D.")] TimeSpan For) : Step(Id);

    public sealed record Branch(
        [Description("Stable name of the step, unique in its journey.")] string Id,
        [Verb("branch"), Description("The first way whose condition holds is taken; the last has none and takes everybody else.")] IReadOnlyList<Way> Ways) : Step(Id);

    public sealed record Exit(
        [Description("Stable name of the step, unique in its journey.")] string Id,
        [Verb("exit"), Description("Why the run ends here, as reports will say it.")] string Reason) : Step(Id);
}

/// <summary>One way out of a branch; after its steps the run goes on behind the branch.</summary>
public sealed record Way(
    [property: Description("Steps of this way; none means going on at once.")] IReadOnlyList<Step> Steps,
    [property: Description("Taken when this holds; left out in the last way only.")] Condition? When = null);
