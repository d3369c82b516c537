using System.Text.Json;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Growing;

/// <summary>The real CustomerStore, Pipeline and EffectRunner on simulated Azure, with the sample config, for some seconds of steady load.</summary>
internal static class Simulation
{
    // As Batches and CustomerWork do it: one batch of so many messages at a time, so many customers of it at once.
    private const int Batch = 100, AtOnce = 64;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3), Lasts = TimeSpan.FromSeconds(10), LeftToEnd = TimeSpan.FromSeconds(3);
    private static readonly DateTimeOffset Start = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Deployment Deployment = new(new byte[32], new byte[32], new("https://shop.example"));
    private static readonly string[] Names = ["Product Viewed", "Product Viewed", "Product Viewed", "Product List Viewed", "Product Added"];

    /// <param name="share">So much of load, accounts and instances is simulated: a hundredth of everything behaves as the whole, since customers share nothing.</param>
    public static Measured Run(Load load, int share = 1)
    {
        var time = new VirtualTime(Start);
        var random = new Random(1);
        var catalog = ConfigFiles.Load(TestConfigs.Sample, 1, Deployment);
        var tables = new SimulatedTables(time, Math.Max(1, load.Accounts / share), random);
        var credits = new Server(time, (double)load.BusCreditsPerSecond / share);
        var bus = new SimulatedBus(time, credits, random);
        var customers = new CustomerStore(tables, catalog, time, new Quarantine(tables, NullLogger<Quarantine>.Instance));
        var effects = new EffectRunner(tables, bus, new Suppressions(tables, Deployment, time));
        var queue = new EventQueue();
        List<Request> requests = [];

        _ = ArriveAsync();
        for (var i = 0; i < Math.Max(1, load.Instances / share); i++) _ = InstanceAsync(new Server(time, 1 / AzureFigures.CpuPerEvent.TotalSeconds));
        time.Run(Start + WarmUp + Lasts + LeftToEnd);

        var counted = requests.Where(request => request.At >= Start + WarmUp && request.At < Start + WarmUp + Lasts).ToList();
        var all = requests.Count(request => request.Done is not null);
        return new(
            counted.Count,
            counted.Count(request => request.Done is null),
            [.. counted.Where(request => request.Done is not null).Select(request => request.Done!.Value - request.At).Order()],
            (double)tables.Calls / all,
            (double)tables.Entities / all,
            (double)tables.StoredBytes / (all * Load.EventsPerRequest),
            1 + (double)bus.Sent / all,
            all / (WarmUp + Lasts + LeftToEnd).TotalSeconds);

        async Task ArriveAsync()
        {
            var active = Math.Max(1, load.CustomersPerHour / share);
            for (var at = Start; at < Start + WarmUp + Lasts; at += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / (load.RequestsPerSecond / share)))
            {
                await time.At(at);
                var request = new Request(at, [.. Events($"u{random.Next(active)}", at)]);
                requests.Add(request);
                _ = SendAsync(request);
            }
        }

        async Task SendAsync(Request request)
        {
            await time.At(credits.Take(2) + Latency.Of(random, AzureFigures.Bus)); // once sent, once received
            queue.Add(request);
        }

        async Task InstanceAsync(Server cpu)
        {
            while (true)
            {
                var batch = await queue.TakeAsync(Batch);
                await time.At(time.GetUtcNow() + Latency.Of(random, AzureFigures.Bus));
                List<Pending> todos = [];
                var open = new Queue<IGrouping<CustomerKey, CustomerEvent>>(batch.SelectMany(request => request.Events).GroupBy(e => e.KeyOf(Deployment.Pepper)));
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(open, cpu, todos)));
                await effects.RunAsync(todos, default);
                foreach (var request in batch) request.Done = time.GetUtcNow();
            }
        }

        async Task WorkAsync(Queue<IGrouping<CustomerKey, CustomerEvent>> open, Server cpu, List<Pending> todos)
        {
            while (open.TryDequeue(out var customer))
            {
                await time.At(cpu.Take(customer.Count()));
                todos.AddRange((await customers.DecideAsync(customer.Key, [.. customer.Select(e => new Input.Happened(e))], default)).Todos);
            }
        }

        IEnumerable<CustomerEvent> Events(string user, DateTimeOffset at)
        {
            for (var i = 0; i < Load.EventsPerRequest; i++)
                yield return new CustomerEvent.Tracked
                {
                    MessageId = $"{at.UtcTicks}-{i}-{user}",
                    UserId = user,
                    Event = Names[random.Next(Names.Length)],
                    At = at,
                    ReceivedAt = at,
                    Properties = JsonElement.Parse($$"""{"cart_id":"c-{{user}}","product_id":"p{{random.Next(5000)}}","name":"Product {{random.Next(5000)}}","price":{{random.Next(5, 200)}}.99,"category":"kitchen"}"""),
                };
        }
    }

    private sealed record Request(DateTimeOffset At, IReadOnlyList<CustomerEvent> Events)
    {
        public DateTimeOffset? Done { get; set; }
    }

    // The events queue, and those who wait for it, first come first served.
    private sealed class EventQueue
    {
        private readonly Queue<Request> waiting = [];
        private readonly Queue<TaskCompletionSource> idle = [];

        public void Add(Request request)
        {
            waiting.Enqueue(request);
            if (idle.TryDequeue(out var instance)) instance.SetResult();
        }

        public async Task<List<Request>> TakeAsync(int most)
        {
            while (waiting.Count == 0)
            {
                var asked = new TaskCompletionSource();
                idle.Enqueue(asked);
                await asked.Task;
            }
            List<Request> batch = [];
            while (batch.Count < most && waiting.TryDequeue(out var request)) batch.Add(request);
            return batch;
        }
    }
}
