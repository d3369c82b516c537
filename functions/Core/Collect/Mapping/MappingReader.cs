using System.Text.Json;
using NodaTime;

namespace MarketingAutomation.Collect;

/// <summary>Reads a mapping file, or says everything that is wrong with it.</summary>
public static class MappingReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="file">Name to use in problems.</param>
    /// <param name="json">The file's text in UTF-8.</param>
    /// <returns>The mapping, or null and the problems.</returns>
    public static (Mapping? Mapping, IReadOnlyList<Problem> Problems) Read(string file, ReadOnlyMemory<byte> json)
    {
        List<Problem> problems = [];
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement.Clone();
            if (root.ValueKind != JsonValueKind.Object) return (null, [new(file, "must be a JSON object")]);
            var mapping = Mapping(new(file, "$", root, problems));
            return problems is [] ? (mapping, []) : (null, problems);
        }
        catch (JsonException e)
        {
            return (null, [e.LineNumber is { } line ? new($"{file} (line {line + 1})", "is not JSON") : new(file, "writes a property twice: keep one")]);
        }
    }

    private static Mapping Mapping(MappingObject root)
    {
        root.Only("$schema", "format", "header", "delimiter", "skipLines", "columns", "emit");
        var format = root.Choice<MappingFormat>("format");
        var isTable = format is MappingFormat.Csv or MappingFormat.Columns;
        foreach (var name in (string[])["header", "skipLines", "columns"])
            if (!isTable) root.Not(name, "is only for format csv or columns");
        if (format != MappingFormat.Csv) root.Not("delimiter", "is only for format csv");
        var columns = Columns(root);
        var header = root.Flag("header", isTable);
        if (isTable && !header && columns is null) root.Wrong("columns", "is missing: without a header the columns must be named");
        var mapping = new Mapping(format, header, Delimiter(root), root.Count("skipLines"), columns, Emits(root, format));
        if (columns is not null)
            foreach (var used in mapping.Uses.Except(columns)) root.Wrong("columns", $"has no column \"{used}\", which emit uses");
        return mapping;
    }

    private static char Delimiter(MappingObject root)
    {
        if (root.Get("delimiter") is not { } given) return ',';
        if (given.ValueKind == JsonValueKind.String && given.GetString() is [var one] && one is '\t' or (>= ' ' and <= '~' and not '"')) return one;
        root.Wrong("delimiter", "must be one character such as \";\" or \"\\t\"");
        return ',';
    }

    private static List<string>? Columns(MappingObject root)
    {
        if (root.Get("columns") is not { } given) return null;
        if (given.ValueKind != JsonValueKind.Array || given.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(name.GetString())))
        {
            root.Wrong("columns", "must be a list of names");
            return null;
        }
        var names = given.EnumerateArray().Select(name => name.GetString()!).ToList();
        foreach (var twice in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1)) root.Wrong("columns", $"names \"{twice.Key}\" more than once");
        return names;
    }

    private static List<Emit> Emits(MappingObject root, MappingFormat format)
    {
        if (format == MappingFormat.Segment)
        {
            root.Not("emit", "must be left out: lines of format segment are calls already");
            return [];
        }
        if (root.Get("emit") is { ValueKind: JsonValueKind.Array } given && given.GetArrayLength() > 0)
            return [.. given.EnumerateArray().Index().Select(item => Emit(root.Item("emit", item.Index, item.Item), item.Item.ValueKind)).OfType<Emit>()];
        root.Wrong("emit", "must be a list of at least one call to make of each row");
        return [];
    }

    private static Emit? Emit(MappingObject emit, JsonValueKind kind)
    {
        if (kind != JsonValueKind.Object)
        {
            emit.Wrong("must be an object");
            return null;
        }
        emit.Only("type", "userId", "anonymousId", "event", "timestamp", "traits", "properties", "when");
        var type = emit.Choice<EmitType>("type");
        emit.Not(type == EmitType.Track ? "traits" : "properties", type == EmitType.Track ? "belongs to identify; track has properties" : "belongs to track; identify has traits");
        if (type == EmitType.Identify) emit.Not("event", "belongs to track");
        else if (!emit.Has("event")) emit.Wrong("event", "is missing: name the event");
        if (type == EmitType.Track && !emit.Has("timestamp")) emit.Wrong("timestamp", "is missing: say when it happened");
        if (!emit.Has("userId") && !emit.Has("anonymousId")) emit.Wrong("userId", "is missing: say whose row it is, by userId or anonymousId");
        return new(
            type,
            emit.Template("userId"),
            emit.Template("anonymousId"),
            emit.Template("event"),
            Time(emit),
            Details(emit, type == EmitType.Track ? "properties" : "traits"),
            emit.Text("when"));
    }

    private static RowTime? Time(MappingObject emit)
    {
        if (emit.Get("timestamp") is not { ValueKind: JsonValueKind.Object } given) return emit.Template("timestamp") is { } text ? new(text, null, null) : null;
        var time = emit.Child("timestamp", given);
        time.Only("column", "format", "zone");
        if (!time.Has("column")) time.Wrong("column", "is missing: name the column with the time");
        var format = time.Text("format");
        if (format is not null && RowTime.Check(format) is { } problem) time.Wrong("format", problem);
        return time.Text("column") is { } column ? new(RowTemplate.OfColumn(column), format, Zone(time)) : null;
    }

    private static DateTimeZone? Zone(MappingObject time)
    {
        if (time.Text("zone") is not { } id) return null;
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
        if (zone is null) time.Wrong("zone", "is not an IANA time zone such as Europe/London");
        return zone;
    }

    private static RowValue.Object Details(MappingObject emit, string name)
    {
        if (emit.Get(name) is not { } given) return new([]);
        if (given.ValueKind == JsonValueKind.Object) return Object(emit.Child(name, given), given);
        emit.Wrong(name, "must be an object");
        return new([]);
    }

    private static RowValue.Object Object(MappingObject at, JsonElement given) =>
        new([.. given.EnumerateObject().Select(member => (member.Name, Value(at, member.Name, member.Value)))]);

    private static RowValue Value(MappingObject at, string name, JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.String => at.Template(name, given.GetString()!) is { } template ? new RowValue.Text(template) : new RowValue.Constant(given),
        JsonValueKind.Object when given.TryGetProperty("column", out _) => Cell(at.Child(name, given)),
        JsonValueKind.Object => Object(at.Child(name, given), given),
        JsonValueKind.Array => new RowValue.List([.. given.EnumerateArray().Index().Select(item => Value(at, $"{name}[{item.Index}]", item.Item))]),
        _ => new RowValue.Constant(given),
    };

    private static RowValue.Cell Cell(MappingObject cell)
    {
        cell.Only("column", "as");
        return new(cell.Text("column") ?? "", cell.Choice<CellType>("as", required: false));
    }
}
