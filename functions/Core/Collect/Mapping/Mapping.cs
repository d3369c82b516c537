using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>How the rows of a history file become identify and track calls, as written in a mapping file (<see cref="MappingReader"/>).</summary>
/// <param name="Header">The first row names the columns; csv and columns only.</param>
/// <param name="Delimiter">Between cells; csv only.</param>
/// <param name="SkipLines">Lines in front of everything else, the header included, that mean nothing.</param>
/// <param name="Columns">Names of the columns in their order; they win over a header. Null where the header says.</param>
/// <param name="Emit">Calls to make of each row, in this order; none for <see cref="MappingFormat.Segment"/>, whose lines are calls already.</param>
public sealed record Mapping(MappingFormat Format, bool Header, char Delimiter, int SkipLines, IReadOnlyList<string>? Columns, IReadOnlyList<Emit> Emit)
{
    private const int MostShown = 200; // characters of a first line

    /// <summary>Every column the calls are made of, once, in ordinal order.</summary>
    public IReadOnlyList<string> Uses => [.. Emit.SelectMany(emit => emit.Uses).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>What is wrong with reading a file with these columns by this mapping.</summary>
    /// <param name="file">Where to say it is wrong.</param>
    public IEnumerable<Problem> Check(string file, IReadOnlyList<string> columns)
    {
        List<string> missing = [.. Uses.Where(used => !columns.Contains(used))];
        if (missing.Count > 0) yield return new(file, $"has no column {string.Join(", ", missing.Select(column => $"\"{column}\""))}; {Describe(columns)}");
        foreach (var used in Uses.Where(used => columns.Count(column => column == used) > 1)) yield return new(file, $"has several columns \"{used}\": name the columns in the mapping");
    }

    // The whole first line, unless it is the beginning of something else than text.
    private static string Describe(IReadOnlyList<string> columns) => string.Join(", ", columns) switch
    {
        var line when line.Any(c => char.IsControl(c) || c == '\uFFFD') => "its first line is not UTF-8 text",
        { Length: > MostShown } line => $"its columns are {line[..MostShown]}…",
        var line => $"its columns are {line}",
    };
}

public enum MappingFormat
{
    /// <summary>RFC 4180: cells between delimiters, in quotes where needed.</summary>
    Csv,

    /// <summary>Cells between spaces or tabs, however many.</summary>
    Columns,

    /// <summary>A JSON object on each line; its properties are the columns, dots lead into nested ones.</summary>
    Ndjson,

    /// <summary>A call of the Segment spec on each line, passed on as it is.</summary>
    Segment,
}

/// <summary>One call to make of a row.</summary>
/// <param name="Event">The event's name; track only.</param>
/// <param name="Details">The call's traits or properties.</param>
/// <param name="When">Only of rows in which this column is not empty; of all where null.</param>
public sealed record Emit(EmitType Type, RowTemplate? UserId, RowTemplate? AnonymousId, RowTemplate? Event, RowTime? Timestamp, RowValue.Object Details, string? When)
{
    public IEnumerable<string> Uses => new[] { UserId, AnonymousId, Event, Timestamp?.Text }.OfType<RowTemplate>().SelectMany(template => template.Columns)
        .Concat(Details.Uses)
        .Concat(When is null ? [] : [When]);
}

public enum EmitType { Identify, Track }

/// <summary>Where a trait or property comes from. One that comes out empty is left out of the call.</summary>
public abstract record RowValue
{
    private RowValue() { } // closed: these cases and no others

    public virtual IEnumerable<string> Uses => [];

    public sealed record Text(RowTemplate Template) : RowValue
    {
        public override IEnumerable<string> Uses => Template.Columns;
    }

    public sealed record Cell(string Column, CellType As) : RowValue
    {
        public override IEnumerable<string> Uses => [Column];
    }

    /// <summary>The same in every row: a number, true, false or null.</summary>
    public sealed record Constant(JsonElement Value) : RowValue;

    public sealed record Object(IReadOnlyList<(string Name, RowValue Value)> Members) : RowValue
    {
        public override IEnumerable<string> Uses => Members.SelectMany(member => member.Value.Uses);
    }

    public sealed record List(IReadOnlyList<RowValue> Items) : RowValue
    {
        public override IEnumerable<string> Uses => Items.SelectMany(item => item.Uses);
    }
}

public enum CellType
{
    Text,

    /// <summary>Digits with an optional sign, decimal point and exponent; no thousands separators.</summary>
    Number,

    /// <summary>true, yes, y, 1 or false, no, n, 0 in any letter case.</summary>
    Boolean,
}
