using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MarketingAutomation.Collect;

namespace MarketingAutomation.Commands.Import;

/// <summary>A file of past events with the mapping that says how to read it.</summary>
internal sealed class EventFile(string path, Mapping mapping, string id)
{
    // As many calls as collect takes in one request, which checks them the same way.
    private const int MostCalls = 1000, MostBytes = 400 * 1024;

    /// <summary>Hash of both files: the same import has the same id.</summary>
    public string Id => id;

    public string Path => path;

    /// <exception cref="CommandFault">A file is missing, the mapping is wrong, or the file has not the columns that it wants.</exception>
    public static async Task<EventFile> OpenAsync(string path, string mappingPath, CancellationToken ct)
    {
        if (!File.Exists(path)) throw new CommandFault($"There is no file {path}.");
        if (!File.Exists(mappingPath)) throw new CommandFault($"There is no mapping {mappingPath}.");
        var mappingText = await File.ReadAllBytesAsync(mappingPath, ct);
        var (mapping, problems) = MappingReader.Read(mappingPath, mappingText);
        if (mapping is null) throw new CommandFault($"The mapping cannot be used. {string.Join(' ', problems.Select(problem => $"{problem}."))}");
        await using var content = File.OpenRead(path);
        var file = new EventFile(path, mapping, Hash.Text([.. await SHA256.HashDataAsync(content, ct), .. SHA256.HashData(mappingText)], 20));
        await (await file.OpenAsync(ct)).DisposeAsync();
        return file;
    }

    /// <summary>The file's events in batches, with what could not be read.</summary>
    /// <exception cref="CommandFault">The file is broken, or is not what it was when it was opened.</exception>
    public async IAsyncEnumerable<EventBatch> ReadAsync(DateTimeOffset receivedAt, [EnumeratorCancellation] CancellationToken ct)
    {
        await using (var reader = await OpenAsync(ct))
        {
            var batch = new Gathering(receivedAt);
            await using var rows = reader.ReadAsync(ct).GetAsyncEnumerator(ct);
            while (await NextAsync(rows))
            {
                batch.Add(rows.Current);
                if (!batch.IsFull) continue;
                yield return batch.Close();
                batch = new(receivedAt);
            }
            yield return batch.Close();
        }
    }

    private async Task<RowReader> OpenAsync(CancellationToken ct)
    {
        try
        {
            var (reader, problems) = await RowReader.OpenAsync(path, mapping, ct);
            return reader ?? throw new CommandFault($"{path} does not fit its mapping. {string.Join(' ', problems.Select(problem => $"{problem}."))}");
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw new CommandFault($"{path} cannot be read: {fault.Message}");
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ImportRow> rows)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw new CommandFault($"{path} breaks off behind line {rows.Current?.Line ?? 0}: {fault.Message} What came before is kept; mend the file and run the command again.");
        }
    }

    private sealed class Gathering(DateTimeOffset receivedAt)
    {
        private readonly ArrayBufferWriter<byte> body = new(64 * 1024);
        private readonly List<ImportRow> origins = [];
        private readonly List<RejectedRow> rejected = [];
        private long rows, line;

        public bool IsFull => origins.Count >= MostCalls || body.WrittenCount >= MostBytes;

        public void Add(ImportRow row)
        {
            rows++;
            line = row.Line;
            if (row.RejectReason is { } reason) rejected.Add(new(row.Line, reason, row.Text));
            foreach (var call in row.Calls)
            {
                body.Write(origins.Count == 0 ? "{\"batch\":["u8 : ","u8);
                body.Write(call);
                origins.Add(row);
            }
        }

        public EventBatch Close()
        {
            if (origins.Count == 0) return new([], rejected, rows, line);
            body.Write("]}"u8);
            switch (CollectCall.Read(body.WrittenSpan, null, receivedAt))
            {
                case CollectResult.Taken taken:
                    rejected.AddRange(taken.Rejected.Select(rejection => new RejectedRow(origins[rejection.Index].Line, rejection.Reason, origins[rejection.Index].Text)));
                    return new(taken.Accepted, rejected, rows, line);
                case CollectResult.Unreadable unreadable:
                    throw new InvalidOperationException($"The calls made of rows cannot be read: {unreadable.Problem}");
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }
}

/// <param name="Rows">Rows read for it, rejected ones included.</param>
/// <param name="Line">The last line read for it.</param>
internal sealed record EventBatch(IReadOnlyList<CustomerEvent> Events, IReadOnlyList<RejectedRow> Rejected, long Rows, long Line);

/// <param name="Text">The row as it stands in the file; it may hold personal data.</param>
internal sealed record RejectedRow(long Line, string Reason, byte[] Text);
