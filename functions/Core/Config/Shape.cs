using System.Reflection;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>
/// What a value in a config file may look like, derived from the records. The schema (<see cref="ShapeSchema"/>), the
/// reading (<see cref="ShapeReader"/>) and the writing (<see cref="ShapeWriter"/>) all follow it, so they cannot differ.
/// </summary>
public abstract class Shape
{
    private Shape() { } // closed: these cases and no others

    /// <summary>Completes the sentence "must be …".</summary>
    public abstract string Says { get; }

    /// <summary>At least one character that is not a space.</summary>
    public sealed class Text : Shape
    {
        public override string Says => "text";
    }

    /// <summary>A number that fits into a <see cref="decimal"/>.</summary>
    public sealed class Number : Shape
    {
        public override string Says => "a number";
    }

    public sealed class Flag : Shape
    {
        public override string Says => "true or false";
    }

    /// <summary>A <see cref="TimeSpan"/>, written as in <see cref="IsoSpan"/>.</summary>
    public sealed class Span : Shape
    {
        public override string Says => "a span of time such as \"P7D\" or \"PT1H\"";
    }

    /// <summary>A <see cref="TimeOnly"/> on the customer's clock, written as <c>21:30</c>.</summary>
    public sealed class LocalTime : Shape
    {
        public const string Pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

        public override string Says => "a time of day such as \"08:00\" or \"21:30\"";
    }

    /// <summary>A <see cref="DateTimeOffset"/> in UTC, written with its offset.</summary>
    public sealed class Instant : Shape
    {
        public const string Pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$";

        public override string Says => "an instant with its offset such as \"2026-12-01T09:00:00+08:00\" or \"2026-12-01T01:00:00Z\"";
    }

    /// <summary>A value to compare with, kept as a <see cref="JsonElement"/>.</summary>
    public sealed class Scalar : Shape
    {
        public override string Says => "text, a number, true or false";
    }

    /// <summary>One name of an enum.</summary>
    public sealed class Choice(Type type) : Shape
    {
        public IReadOnlyList<string> Names { get; } = [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)];

        public override string Says => $"one of {Words.List(Names)}";

        public object? Find(string name) => Names.Contains(name) ? Enum.Parse(type, name, ignoreCase: true) : null;
    }

    public sealed class List(Type element) : Shape
    {
        public Type Element => element;

        public Shape Item => Shapes.Of(element);

        public override string Says => "a list";
    }

    /// <summary>An object whose property names are up to the writer; their order is kept.</summary>
    public sealed class Map(Type value) : Shape
    {
        public Type Element => value;

        public Shape Value => Shapes.Of(value);

        public override string Says => "an object";
    }

    /// <summary>An object with the properties of a record's constructor.</summary>
    public sealed class Record(Type type) : Shape
    {
        private readonly ConstructorInfo constructor = type.GetConstructors().Single();
        private IReadOnlyList<Property>? parameters, properties;

        public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(type.Name);

        /// <summary>In the order of the constructor.</summary>
        public IReadOnlyList<Property> Parameters => parameters ??= [.. constructor.GetParameters().Select(parameter => new Property(parameter))];

        /// <summary>As the JSON object has them: those of an inline parameter stand in its place.</summary>
        public IReadOnlyList<Property> Properties => properties ??= [.. Parameters.SelectMany(p => p.IsInline ? ((Record)p.Shape).Properties : [p])];

        /// <summary>The property that tells this case of a <see cref="Union"/> from the others; null outside of one.</summary>
        public string? Verb => Parameters.FirstOrDefault(p => p.IsVerb)?.Name;

        public override string Says => "an object";

        public object Create(object?[] arguments) => constructor.Invoke(arguments);
    }

    /// <summary>A closed record; each of its cases is known by its verb, and one without is not written in config.</summary>
    public sealed class Union(Type type) : Shape
    {
        private IReadOnlyList<Record>? cases;

        public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(type.Name);

        public IReadOnlyList<Record> Cases => cases ??= [.. type.GetNestedTypes().Where(t => t.IsSubclassOf(type)).Select(Shapes.Of).Cast<Record>().Where(c => c.Verb is not null)];

        public IEnumerable<string> Verbs => Cases.Select(c => c.Verb!);

        public override string Says => $"an object with one of {Words.List(Verbs)}";

        public Record CaseOf(object value) => (Record)Shapes.Of(value.GetType());
    }
}
