using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Commands.Import;

/// <summary>Reads a history file of any size row by row and makes calls of its rows, as its mapping says. What is wrong with a row is told with the row.</summary>
internal sealed class RowReader : IAsyncDisposable
{
    /// <summary>A larger row is no row; most likely a quote is never closed.</summary>
    public const int MostRowBytes = 1024 * 1024;

    private readonly Mapping mapping;
    private readonly CsvReader rows;
    private string[] columns = [];
    private CsvMalformedReason? malformed;
    private long line;

    private RowReader(Stream file, Mapping mapping)
    {
        this.mapping = mapping;
        rows = CsvReader.Create(file, new()
        {
            HasHeader = false, // read here, so that a mapping can name the columns instead
            Mode = IsCsv ? CsvMode.Rfc4180 : CsvMode.NoEscape,
            Separator = IsCsv ? mapping.Delimiter : '\t', // the other formats are read as whole lines
            DetectSeparatorHint = false,
            TrackLineNumbers = true,
            MaxRecordSize = MostRowBytes,
            OnMalformedRecord = record => malformed = record.Reason,
        });
    }

    private enum Next { Row, TooLong, End }

    private bool IsCsv => mapping.Format == MappingFormat.Csv;

    /// <summary>Opens a file, plain or gzip, and reads its header.</summary>
    /// <returns>The reader, or null and every column that the mapping wants and the file has not.</returns>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="InvalidDataException">Its compressed data are broken or break off.</exception>
    public static async Task<(RowReader? Reader, IReadOnlyList<Problem> Problems)> OpenAsync(string path, Mapping mapping, CancellationToken ct)
    {
        var reader = new RowReader(HistoryFile.Open(path, mapping.SkipLines), mapping);
        IReadOnlyList<Problem>? problems = null;
        try
        {
            problems = await reader.CheckHeaderAsync(Path.GetFileName(path), ct);
            return problems is [] ? (reader, []) : (null, problems);
        }
        finally
        {
            if (problems is not []) await reader.DisposeAsync();
        }
    }

    /// <summary>The rows behind the header in their order; blank lines are no rows. Can be read once.</summary>
    /// <exception cref="IOException">The file cannot be read any further.</exception>
    /// <exception cref="InvalidDataException">Its compressed data are broken or break off.</exception>
    public async IAsyncEnumerable<ImportRow> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var mapper = new RowMapper(mapping);
        var index = mapping.Uses.ToDictionary(column => column, column => Array.IndexOf(columns, column), StringComparer.Ordinal);
        string[] words = [];
        Func<string, string?> cell = IsCsv ? column => rows.GetString(index[column]) : column => words[index[column]];
        while (await NextAsync(ct) is not Next.End and var next)
        {
            if (next == Next.TooLong)
            {
                yield return new(line, [], $"is larger than {MostRowBytes / 1024} KB, as where a quote is never closed; nothing behind it was read", []);
                yield break;
            }
            if (mapping.Format == MappingFormat.Columns) words = Words();
            var mapped = Map(mapper, cell, IsCsv ? rows.FieldCount : words.Length);
            yield return new(line, mapped.Calls, mapped.RejectReason, mapped.RejectReason is null ? [] : rows.RawRecord.ToArray());
        }
    }

    public ValueTask DisposeAsync() => rows.DisposeAsync();

    private MappedRow Map(RowMapper mapper, Func<string, string?> cell, int cells) => (mapping.Format, malformed) switch
    {
        (MappingFormat.Ndjson or MappingFormat.Segment, _) => mapper.Map(rows.RawRecord.ToArray()),
        (_, CsvMalformedReason.UnterminatedQuote) => MappedRow.Rejected("has a quote that is never closed, and so everything behind it"),
        (_, CsvMalformedReason.TextAfterClosingQuote) => MappedRow.Rejected("has text behind a closing quote"),
        _ when cells != columns.Length => MappedRow.Rejected($"has {cells} columns, not {columns.Length}"),
        _ => mapper.Map(rows.RawRecord, cell),
    };

    private async Task<IReadOnlyList<Problem>> CheckHeaderAsync(string file, CancellationToken ct)
    {
        if (mapping.Format is not (MappingFormat.Csv or MappingFormat.Columns)) return [];
        if (mapping.Header && await NextAsync(ct) != Next.Row) return [new(file, "has no header")];
        columns = mapping.Columns is { } named ? [.. named]
            : IsCsv ? [.. Enumerable.Range(0, rows.FieldCount).Select(column => rows.GetString(column).Trim())]
            : Words();
        return [.. mapping.Check(file, columns)];
    }

    private string[] Words() => Encoding.UTF8.GetString(rows.RawRecord).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private async ValueTask<Next> NextAsync(CancellationToken ct)
    {
        try
        {
            do
            {
                malformed = null;
                if (!await rows.ReadAsync(ct)) return Next.End;
            }
            while (!IsCsv && rows.RawRecord.Trim(" \t\r"u8).IsEmpty);
            line = rows.LineNumber + mapping.SkipLines;
            return Next.Row;
        }
        catch (CsvFormatException tooLong)
        {
            line = tooLong.LineNumber + mapping.SkipLines;
            return Next.TooLong;
        }
    }
}
