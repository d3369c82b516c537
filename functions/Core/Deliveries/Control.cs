namespace MarketingAutomation.Deliveries;

/// <summary>How far messages are stopped. Of several stops that stand at once the last named here counts.</summary>
public enum Stop
{
    None,

    /// <summary>Messages wait, unclaimed, until the stop is lifted; runs stay where they are.</summary>
    Paused,

    /// <summary>Messages that ask to go are skipped for good.</summary>
    Killed,
}

/// <summary>What an operator stops or lets go on: everything, a channel, or a journey.</summary>
/// <param name="Id">Of the channel or journey; empty for everything.</param>
public readonly record struct ControlScope(ControlKind Kind, string Id)
{
    public static readonly ControlScope All = new(ControlKind.All, "");

    public static ControlScope OfChannel(string name) => new(ControlKind.Channel, name);

    public static ControlScope OfJourney(string id) => new(ControlKind.Journey, id);

    /// <summary>As people read it, such as <c>journey welcome</c>.</summary>
    public override string ToString() => Kind == ControlKind.All ? "everything" : $"{Kind.ToString().ToLowerInvariant()} {Id}";
}

public enum ControlKind { All, Channel, Journey }

/// <summary>The last word on one scope.</summary>
/// <param name="Since">When it was said, UTC. Of a scope that goes on: since when its rates are counted afresh.</param>
/// <param name="By"><c>command</c>, <c>console</c>, or <c>auto</c> for the journey itself.</param>
/// <param name="Reason">In words; null where none was given.</param>
public sealed record Control(ControlScope Scope, Stop Stop, DateTimeOffset Since, string By, string? Reason);

/// <summary>The last word on every scope that anybody ever said anything of.</summary>
public sealed record ControlSet(IReadOnlyList<Control> Controls)
{
    public static readonly ControlSet None = new([]);

    /// <summary>What stands now.</summary>
    public IEnumerable<Control> Standing => Controls.Where(control => control.Stop != Stop.None);

    public Control? Of(ControlScope scope) => Controls.FirstOrDefault(control => control.Scope == scope);

    /// <summary>What holds for the messages of a journey by a channel.</summary>
    public Stop On(string journey, string channel)
    {
        var strictest = Stop.None;
        foreach (var control in Controls)
            if (control.Stop > strictest && (control.Scope == ControlScope.All || control.Scope == ControlScope.OfChannel(channel) || control.Scope == ControlScope.OfJourney(journey)))
                strictest = control.Stop;
        return strictest;
    }
}
