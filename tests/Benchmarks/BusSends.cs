using System.Diagnostics;
using System.Globalization;
using Amqp;
using Amqp.Framing;
using MarketingAutomation.Bus;
using MarketingAutomation.Bus.ServiceBusDialect;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Benchmarks;

/// <summary>Sends per second of the bus over AMQP, against AMQPNetLite alone, to a listener in a process of its own.</summary>
internal static class BusSends
{
    private const string Queue = "events", Listen = "listen";

    private const int Bytes = 1024, AtOnce = 64, Together = 100, Batches = 8, Rounds = 5;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>The listener's process: says its port, keeps nothing of what it is sent, and ends with its input.</summary>
    public static async Task<bool> ListenAsync(string[] args)
    {
        if (args is not ["bus", Listen]) return false;
        using var broker = new DialectBroker(TimeProvider.System, new(TimeSpan.FromMinutes(1)), Queue);
        broker.Faults.KeepNothing = true;
        Console.WriteLine(broker.Port);
        await Console.In.ReadToEndAsync();
        return true;
    }

    public static async Task RunAsync()
    {
        using var listener = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["bus", Listen]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            var port = int.Parse((await listener.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            await CompareAsync(port);
        }
        finally
        {
            listener.StandardInput.Close();
            await listener.WaitForExitAsync();
        }
    }

    private static async Task CompareAsync(int port)
    {
        await using var bus = new AmqpBus(AmqpEndpoint.Parse(DialectBroker.ConnectionStringTo(port), () => throw new NotSupportedException()), AmqpOptions.Default, TimeProvider.System, NullLogger<AmqpBus>.Instance);
        var (bare, close) = await BareAsync(port);
        BusMessage message = new(new byte[Bytes]);
        IReadOnlyList<BusMessage> many = [.. Enumerable.Repeat(message, Together)];
        await MeasureAsync("one after another", 1, 1, () => bus.SendAsync(Queue, [message], CancellationToken.None), () => bare.SendAsync(Single()));
        await MeasureAsync($"{AtOnce} at once", AtOnce, 1, () => bus.SendAsync(Queue, [message], CancellationToken.None), () => bare.SendAsync(Single()));
        await MeasureAsync($"batches of {Together}, {Batches} at once", Batches, Together, () => bus.SendAsync(Queue, many, CancellationToken.None), () => bare.SendAsync(Batch()));
        await close();
    }

    /// <summary>In turns, so that both meet the same machine; the median of the rounds' ratios.</summary>
    private static async Task MeasureAsync(string how, int atOnce, int each, Func<Task> ours, Func<Task> theirs)
    {
        await RateAsync(ours, atOnce);
        await RateAsync(theirs, atOnce);
        var rounds = new List<(double Ours, double Theirs)>();
        for (var i = 0; i < Rounds; i++) rounds.Add((await RateAsync(ours, atOnce) * each, await RateAsync(theirs, atOnce) * each));
        var median = rounds.OrderBy(round => round.Ours / round.Theirs).ElementAt(Rounds / 2);
        Console.WriteLine($"{how}: ours {median.Ours:0} messages/s, AMQPNetLite alone {median.Theirs:0} messages/s, ratio {median.Ours / median.Theirs:0.00}");
    }

    private static async Task<double> RateAsync(Func<Task> send, int atOnce)
    {
        var (watch, sent) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < Round)
            {
                await send();
                Interlocked.Increment(ref sent);
            }
        })));
        return sent / watch.Elapsed.TotalSeconds;
    }

    private static async Task<(SenderLink Sender, Func<Task> CloseAsync)> BareAsync(int port)
    {
        var connection = await new ConnectionFactory().CreateAsync(new Address("127.0.0.1", port, DialectBroker.KeyName, DialectBroker.Key, "/", "amqp"));
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = new SenderLink(new Session(connection), "bare", new Target { Address = Queue }, (_, _) => attached.SetResult());
        await attached.Task;
        return (sender, () => connection.CloseAsync());
    }

    private static Message Single() => new() { Header = new Header { Durable = true }, Properties = new Properties { MessageId = "id" }, BodySection = new Data { Binary = new byte[Bytes] } };

    // Encoded anew each time, as whoever sends different messages must.
    private static Message Batch()
    {
        var body = new DataList();
        for (var i = 0; i < Together; i++)
        {
            var bytes = Single().Encode();
            body.Add(new Data { Binary = bytes.Buffer.AsSpan(bytes.Offset, bytes.Length).ToArray() });
        }
        return new Message { Format = 0x80013700, Properties = new Properties { MessageId = "id" }, BodySection = body };
    }
}
