using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.Simulation;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Benchmarks;

/// <summary>A broadcast to everybody stored, by mail into a sink, with the server killed and started again in the middle: speed, memory, and messages sent twice.</summary>
internal static class Broadcasts
{
    /// <summary>How many customers, where it is not a million.</summary>
    private const string Size = "MARKETING_BENCHMARK_CUSTOMERS";

    private static readonly TimeSpan ClaimsEnd = TimeSpan.FromMinutes(3);

    public static async Task RunAsync()
    {
        var customers = int.Parse(Environment.GetEnvironmentVariable(Size) ?? "1000000", CultureInfo.InvariantCulture);
        using Scratch scratch = new();
        Directory.CreateDirectory(Path.Combine(scratch.Config, "broadcasts"));
        await File.WriteAllTextAsync(Path.Combine(scratch.Config, "segments", "everybody.json"), """{ "name": { "en": "Everybody" }, "when": { "trait": "email", "exists": true } }""");
        await File.WriteAllTextAsync(Path.Combine(scratch.Config, "broadcasts", "sale.json"), """{ "name": { "en": "Sale" }, "segment": "everybody", "message": "offer", "at": "2040-01-01T00:00:00Z" }""");
        Directory.CreateDirectory(Path.Combine(scratch.Config, "messages", "offer"));
        await File.WriteAllTextAsync(Path.Combine(scratch.Config, "messages", "offer", "message.json"), """{ "name": { "en": "Offer" }, "topic": "orders", "subject": { "en": "{{ customer.first_name }}, an offer" } }""");
        await File.WriteAllTextAsync(Path.Combine(scratch.Config, "messages", "offer", "en.html"), """<!doctype html><html lang="en"><body><p>Hello {{ customer.first_name }} {{ customer.last_name }} in {{ customer.city }},</p><p><a href="https://shop.example/sale">this is for you</a>.</p><p><a href="{{ unsubscribe_url }}">No more of this</a></p></body></html>""");
        await StoreAsync(scratch, customers);

        await using SmtpSink sink = new();
        List<(double Share, long MiB)> memory = [];
        var (seconds, cpu, peak) = (0.0, 0.0, 0L);
        foreach (var share in new[] { 0.5, 1.0 }) // killed in the middle
        {
            await using var served = await Served.StartAsync(scratch.Data("data"), scratch.Config, sink.Port);
            if (share < 1) await BeginAsync(served);
            var (began, last, moved, before) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), sink.Taken, served.Cpu);
            while (sink.Taken < customers * share && Stopwatch.GetElapsedTime(last) < ClaimsEnd) // what a dead process had claimed is given up after two minutes
            {
                await Task.Delay(100);
                memory.Add((sink.Taken / (double)customers, served.Memory));
                if (sink.Taken == moved) continue;
                (moved, last, cpu) = (sink.Taken, Stopwatch.GetTimestamp(), cpu + served.Cpu - before);
                before = served.Cpu;
            }
            (seconds, peak) = (seconds + Stopwatch.GetElapsedTime(began, last).TotalSeconds, Math.Max(peak, served.PeakMemory));
            if (share == 1 && sink.Taken == customers) await Task.Delay(ClaimsEnd); // one may have been taken and not been told of
        }
        Console.WriteLine($"{customers:#,##0} customers: {sink.Taken / seconds:0} messages/s, {cpu / sink.Taken * 1000:0.000} CPU-ms a message, by SMTP into a sink");
        Console.WriteLine($"memory at a tenth {At(0.1)} MiB, half {At(0.5)} MiB, nine tenths {At(0.9)} MiB of the messages, peak {peak} MiB");
        Console.WriteLine($"killed in the middle: {sink.Taken:#,##0} taken, {sink.Twice} twice; {await FoundAsync(scratch)}");

        long At(double share) => memory.FirstOrDefault(sample => sample.Share >= share, memory[^1]).MiB;
    }

    private static async Task BeginAsync(Served served)
    {
        using HttpClient http = new() { BaseAddress = new($"http://127.0.0.1:{served.Port}") };
        using var answer = await http.PostAsync(new Uri("/console/api/broadcasts/sale/start", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task StoreAsync(Scratch scratch, int customers)
    {
        await using var node = await OpenAsync(scratch);
        var (history, now, watch) = (new History(node.Customers, node.Effects, node.Catalog.Deployment.Pepper), TimeProvider.System.GetUtcNow().AddDays(-1), Stopwatch.StartNew());
        foreach (var chunk in Enumerable.Range(0, customers).Chunk(5_000))
            await history.WriteAsync([.. chunk.Select(i => new CustomerEvent.Identified
            {
                MessageId = $"i{i}", UserId = $"u{i}", At = now, ReceivedAt = now,
                Traits = JsonElement.Parse($$"""{"email":"u{{i}}@shop{{i % 97}}.example","first_name":"Ada {{i % 1000}}","last_name":"Lovelace","city":"Wien"}"""),
            })], CancellationToken.None);
        Console.WriteLine($"{customers:#,##0} customers stored in {watch.Elapsed.TotalSeconds:0} s");
    }

    private static async Task<string> FoundAsync(Scratch scratch)
    {
        await using var node = await OpenAsync(scratch);
        var found = (await new BroadcastQueries(node.Store, node.Catalog, TimeProvider.System).ShowAsync("sale", CancellationToken.None))!;
        return $"the ledger says {found.State}: audience {found.Audience:#,##0}, sent {found.Sent:#,##0}, unknown {found.Unknown}, waiting {found.Waiting}";
    }

    private static Task<Node> OpenAsync(Scratch scratch) => Node.OpenAsync(
        new(scratch.Data("data"), new("http://localhost")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), new RecordingChannel(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
}
