using System.Diagnostics;
using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Benchmarks;

/// <summary>A server that starts on a million queued events: how fast it works them, and whether its memory stays flat.</summary>
internal static class Drain
{
    private const int Customers = 100_000, Events = 1_000_000, EventsPerRequest = 50, RequestsPerSend = 200;

    public static async Task RunAsync()
    {
        if (!SharedBench.IsHere()) return;
        using Scratch scratch = new();
        await SharedBench.GenerateAsync(scratch.Data("load"), Customers, Events, 0);
        await QueueAsync(scratch.Data("data"), Path.Combine(scratch.Data("load"), "events.jsonl"));

        var watch = Stopwatch.StartNew();
        await using var served = await Served.StartAsync(scratch.Data("data"), scratch.Config);
        List<long> memory = [];
        var idle = served.IdleAsync();
        while (await Task.WhenAny(idle, Task.Delay(TimeSpan.FromSeconds(1))) != idle) memory.Add(served.Memory);
        var seconds = watch.Elapsed.TotalSeconds - 2; // of being idle
        Console.WriteLine($"{Events:#,##0} queued events in {seconds:0} s, {Events / seconds:0} events/s, {served.Cpu / Events * 1000:0.000} CPU-ms each");
        Console.WriteLine($"memory at a tenth {At(0.1)} MiB, half {At(0.5)} MiB, nine tenths {At(0.9)} MiB of the time, peak {served.PeakMemory} MiB; aim under 300");

        long At(double share) => memory.Count == 0 ? 0 : memory[(int)(share * (memory.Count - 1))];
    }

    // As collect would have stored them while nobody worked the queue.
    private static async Task QueueAsync(string data, string events)
    {
        Directory.CreateDirectory(data);
        using SqliteFile file = new(Path.Combine(data, "marketing.db"), durable: false);
        SqliteBus bus = new(file, TimeProvider.System);
        foreach (var send in File.ReadLines(events).Chunk(EventsPerRequest).Chunk(RequestsPerSend))
            await bus.SendAsync(Queue.Events, [.. send.SelectMany(Bodies).Select(body => new BusMessage(body))], default);
    }

    private static IReadOnlyList<byte[]> Bodies(string[] calls)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($"{{\"batch\":[{string.Join(',', calls)}]}}");
        return CollectCall.Read(body, null, DateTimeOffset.UtcNow) is CollectResult.Taken { Rejected: [] } taken
            ? EventsBody.Write(taken.Accepted)
            : throw new InvalidOperationException("The workload holds a call that collect refuses.");
    }
}
