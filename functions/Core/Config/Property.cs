using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>One parameter of a record's constructor and the JSON property it is read from.</summary>
public sealed class Property(ParameterInfo parameter)
{
    private readonly VerbAttribute? verb = parameter.GetCustomAttribute<VerbAttribute>();
    private readonly PropertyInfo property = parameter.Member.DeclaringType!.GetProperty(parameter.Name!)!;

    public string Name => verb?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);

    public Shape Shape { get; } = Shapes.Of(parameter.ParameterType);

    public bool IsVerb => verb is not null;

    /// <summary>Has no property of its own: the properties of its record stand beside its siblings.</summary>
    public bool IsInline { get; } = parameter.IsDefined(typeof(InlineAttribute));

    public bool IsRequired { get; } = !parameter.HasDefaultValue;

    /// <summary>What it is where the JSON does not say.</summary>
    public object? Default { get; } = parameter.HasDefaultValue ? parameter.DefaultValue : null;

    public string? Description => (parameter.GetCustomAttribute<DescriptionAttribute>() ?? property.GetCustomAttribute<DescriptionAttribute>())?.Description;

    /// <summary>The least and the most that a number may be; null where any will do.</summary>
    public (decimal Least, decimal Most)? Range => property.GetCustomAttribute<RangeAttribute>() is { Minimum: int least, Maximum: int most } ? (least, most) : null;

    public object? ValueIn(object record) => property.GetValue(record);
}
