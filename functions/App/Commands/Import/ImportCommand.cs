using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Commands.Import;

/// <summary><c>marketing import</c>: past events into customers' history. Nothing is sent for them, and running it twice changes nothing.</summary>
internal static class ImportCommand
{
    private const string Done = "done";

    public static Command Create()
    {
        var (data, config) = (CommonOptions.Data(), CommonOptions.Config());
        Argument<string> file = new("FILE") { Description = "CSV, whitespace-separated text or NDJSON, plain or gzip." };
        var mapping = CommonOptions.Mapping();
        var command = new Command("import", "Imports past events into customers' history. Nothing is sent for them. Stopped half-way it goes on where it was; run twice it changes nothing.") { file, mapping, data, config };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = parsed.GetRequiredValue(data);
            var source = await EventFile.OpenAsync(parsed.GetRequiredValue(file), parsed.GetRequiredValue(mapping), ct);
            ConfigFiles.CheckBeforeMaking(folder, parsed.GetRequiredValue(config));
            await using var node = await Node.OpenAsync(new(folder, new("http://localhost")), (deployment, version) => ConfigFiles.Load(parsed.GetRequiredValue(config), version, deployment), new Simulation.RecordingChannel(), TimeProvider.System, NullLoggerFactory.Instance, ct);
            await RunAsync(node, source, folder, ct);
        });
        return command;
    }

    private static async Task RunAsync(Node node, EventFile source, string folder, CancellationToken ct)
    {
        var history = new History(node.Customers, node.Effects, node.Catalog.Deployment.Pepper);
        var done = await ProgressAsync(node.Store, source.Id, ct);
        var rejects = Path.Combine(folder, $"rejected-{Path.GetFileName(source.Path)}-{source.Id[..6]}.ndjson");
        long rows = 0, events = 0, rejected = 0;
        try
        {
            await using (var writer = new StreamWriter(rejects + ".part", false, new UTF8Encoding(false)))
                await Progress.ShowAsync("Importing", async report =>
                {
                    await foreach (var batch in source.ReadAsync(node.Clock.GetUtcNow(), ct))
                    {
                        (rows, events, rejected) = (rows + batch.Rows, events + batch.Events.Count, rejected + batch.Rejected.Count);
                        foreach (var row in batch.Rejected) await writer.WriteLineAsync(Line(row));
                        if (batch.Line > done)
                        {
                            await history.WriteAsync(batch.Events, ct);
                            await node.Store.CommitAsync(Tables.Imports, source.Id, [new Write.Put(Done, Encoding.ASCII.GetBytes(batch.Line.ToString(CultureInfo.InvariantCulture)))], ct);
                        }
                        report($"{rows:#,##0} rows");
                    }
                });
            if (rejected > 0) File.Move(rejects + ".part", rejects, overwrite: true);
        }
        finally
        {
            File.Delete(rejects + ".part"); // half a list misleads; the next try writes the whole of it
        }
        Console.Out.WriteLine($"{rows:#,##0} rows, {events:#,##0} events{(done > 0 ? $" (up to line {done:#,##0} they were in before)" : "")}, {rejected:#,##0} rows rejected{(rejected > 0 ? $": see {rejects}" : "")}.");
    }

    private static async Task<long> ProgressAsync(IPartitionStore store, string id, CancellationToken ct) =>
        await store.ReadAsync(Tables.Imports, id, Done, ct) is { } row ? long.Parse(Encoding.ASCII.GetString(row.Value), CultureInfo.InvariantCulture) : 0;

    private static string Line(RejectedRow row)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("line", row.Line);
            json.WriteString("reason", row.Reason);
            json.WriteString("row", Encoding.UTF8.GetString(row.Text));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
