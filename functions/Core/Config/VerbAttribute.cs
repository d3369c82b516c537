namespace MarketingAutomation.Config;

/// <summary>
/// Marks the parameter of a closed record's case whose JSON property names the case:
/// <c>{ "wait": "PT1H" }</c> is a <c>Wait</c>, <c>{ "send": "welcome" }</c> a <c>Send</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class VerbAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The parameter's own JSON properties stand beside those of the record that holds it.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InlineAttribute : Attribute;
