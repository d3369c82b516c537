using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MarketingAutomation.Bus;
using MarketingAutomation.Channels;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Messages;
using MarketingAutomation.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace MarketingAutomation.Benchmarks;

/// <summary>
/// Deliveries from the queue to their settlement – admission, rendering, the claim's commit, the provider, the settlement's commit, the report's row – on SQLite,
/// against a bare client that hands the same messages to the same provider. The provider is in this process, so its CPU is in both.
/// </summary>
internal static class Deliveries
{
    private const int Messages = 2_000, WarmUp = 300, Rounds = 3, PerBatch = 100, AtOnce = 64; // AtOnce: customers that the handler works at once

    private static readonly Uri Send = new("/v3/mail/send", UriKind.Relative);

    public static async Task RunAsync()
    {
        await CompareAsync("SMTP", async () =>
        {
            var server = new ScriptedSmtpServer();
            var channel = new SmtpChannel(new("127.0.0.1", server.Port, SmtpSecurity.None), TimeProvider.System);
            return new(channel, messages => BareSmtpAsync(server.Port, messages), async () =>
            {
                await channel.DisposeAsync();
                await server.DisposeAsync();
            });
        });
        await CompareAsync("SendGrid", async () =>
        {
            var provider = await SendGridDouble.StartAsync();
            var channel = new SendGridChannel(new(SendGridDouble.ApiKey, provider.Host), TimeProvider.System);
            return new(channel, _ => BareHttpAsync(provider), async () =>
            {
                channel.Dispose();
                await provider.DisposeAsync();
            });
        });
    }

    private sealed record Provider(IChannel Channel, Func<IReadOnlyCollection<OutgoingMessage>, Task<Spent>> BareAsync, Func<Task> CloseAsync);

    private readonly record struct Spent(double Seconds, double Cpu);

    private static async Task CompareAsync(string name, Func<Task<Provider>> open)
    {
        List<(Spent Ours, Spent Bare)> rounds = [];
        for (var round = 0; round < Rounds; round++)
        {
            var provider = await open();
            rounds.Add(await MeasureAsync(provider));
            await provider.CloseAsync();
        }
        var (ours, bare) = rounds.OrderBy(each => each.Ours.Cpu / each.Bare.Cpu).ElementAt(Rounds / 2);
        Console.WriteLine($"{name}: {Messages / ours.Seconds:0} deliveries/s, {Each(ours):0.00} CPU-ms each; the bare client {Messages / bare.Seconds:0}/s, {Each(bare):0.00} CPU-ms; CPU ratio {ours.Cpu / bare.Cpu:0.0}, and {Each(ours) - Each(bare):0.00} CPU-ms more (median of {Rounds})");

        static double Each(Spent spent) => spent.Cpu / Messages * 1000;
    }

    private static async Task<(Spent Ours, Spent Bare)> MeasureAsync(Provider provider)
    {
        using Scratch scratch = new();
        ConcurrentQueue<OutgoingMessage> sent = [];
        var channel = new OverheardChannel(provider.Channel);
        channel.Sent += sent.Enqueue;
        await using var node = await Node.OpenAsync(
            new(scratch.Data("data"), new("https://m.shop.example")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), channel, TimeProvider.System, NullLoggerFactory.Instance, default);
        await AskAsync(node, 0, WarmUp);
        await WorkAsync(node, Queue.Deliveries);
        sent.Clear();
        await AskAsync(node, WarmUp, Messages);
        var ours = await SpendAsync(() => WorkAsync(node, Queue.Deliveries));
        if (sent.Count != Messages) throw new InvalidOperationException($"{sent.Count} of {Messages} messages went out.");
        await provider.BareAsync([.. sent.Take(WarmUp)]);
        return (ours, await provider.BareAsync(sent));
    }

    // So many customers order, and their messages wait to be let out.
    private static async Task AskAsync(Node node, int from, int customers)
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var some in Enumerable.Range(from, customers).Chunk(50))
            await node.AcceptAsync([.. some.SelectMany(i => new CustomerEvent[]
            {
                new CustomerEvent.Identified { MessageId = $"i{i}", UserId = $"c{i}", At = now, ReceivedAt = now, Traits = Renders.TraitsOf($"c{i}@example.test") },
                new CustomerEvent.Tracked { MessageId = $"o{i}", UserId = $"c{i}", At = now, ReceivedAt = now, Event = "Order Completed", Properties = Renders.Order },
            })], default);
        await WorkAsync(node, Queue.Events);
    }

    // As the pump does, of one queue alone.
    private static async Task WorkAsync(Node node, string queue)
    {
        while (await node.Bus.ReceiveAsync(queue, PerBatch, TimeSpan.FromMinutes(5), default) is [_, ..] batch)
        {
            if (await node.Batches.WorkAsync(batch, default) is [_, ..]) throw new InvalidOperationException("A batch was refused.");
            await node.Bus.CompleteAsync(batch, default);
        }
    }

    private static Task<Spent> BareSmtpAsync(int port, IReadOnlyCollection<OutgoingMessage> messages) => SpendAsync(async () =>
    {
        using SmtpClient client = new();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        foreach (var message in messages)
        {
            using MimeMessage mime = new([new MailboxAddress(message.From.Name, message.From.Email)], [MailboxAddress.Parse(message.To)], message.Subject, new BodyBuilder { TextBody = message.Text, HtmlBody = message.Html }.ToMessageBody());
            await client.SendAsync(mime);
        }
        await client.DisconnectAsync(quit: true);
    });

    private static async Task<Spent> BareHttpAsync(SendGridDouble provider)
    {
        var bodies = provider.Requests.TakeLast(Messages).Select(request => Encoding.UTF8.GetBytes(request.Mail.GetRawText())).ToList();
        using HttpClient http = new() { BaseAddress = provider.Host };
        http.DefaultRequestHeaders.Authorization = new("Bearer", SendGridDouble.ApiKey);
        return await SpendAsync(() => Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (body, ct) =>
        {
            using ByteArrayContent content = new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await http.PostAsync(Send, content, ct);
            answer.EnsureSuccessStatusCode();
        }));
    }

    private static async Task<Spent> SpendAsync(Func<Task> work)
    {
        GC.Collect();
        var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await work();
        return new(watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
