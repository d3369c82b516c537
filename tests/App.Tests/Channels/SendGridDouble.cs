using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Hooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MarketingAutomation.Channels;

/// <summary>SendGrid on this machine: takes messages as a test tells it to, keeps a ledger, and reports with signatures of a key of its own.</summary>
internal sealed class SendGridDouble : IAsyncDisposable
{
    public const string ApiKey = "SG.double";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping = new();
    private int requests, hashes;

    private SendGridDouble(WebApplication app) => this.app = app;

    /// <summary>What it does with the request of a number, from 0.</summary>
    public Func<int, Reply> Script { get; set; } = _ => Reply.Accept;

    /// <summary>Every request to send, in the order they came.</summary>
    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, JsonElement Mail)> Requests { get; } = [];

    /// <summary>Messages it took, as its own ledger has them.</summary>
    public ConcurrentQueue<Taken> Ledger { get; } = [];

    public Uri Host => new(app.Urls.Single());

    public int Connections => connections.Count;

    private readonly ConcurrentDictionary<string, bool> connections = [];

    /// <summary>As its page for the signed event webhook shows it.</summary>
    public string PublicKey => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    public static async Task<SendGridDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new SendGridDouble(app);
        app.MapPost("/v3/mail/send", provider.SendAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>Reports of one message, as the Event Webhook writes them.</summary>
    /// <param name="more">Properties besides those that all events have.</param>
    public Dictionary<string, object> Event(string name, Taken message, DateTimeOffset at, params (string Name, object Value)[] more)
    {
        var e = new Dictionary<string, object>
        {
            ["email"] = message.To,
            ["event"] = name,
            ["timestamp"] = at.ToUnixTimeSeconds(),
            ["sg_event_id"] = $"{name}-{Interlocked.Increment(ref hashes)}",
            ["sg_message_id"] = $"{message.Id}.recvd-85abf8d92c-1-5F5FC76C-9.0",
        };
        foreach (var (argument, value) in message.Arguments) e[argument] = value;
        foreach (var (property, value) in more) e[property] = value;
        return e;
    }

    /// <summary>A signed post of events.</summary>
    public HttpRequestMessage Post(IEnumerable<object> events)
    {
        var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(events) + "\r\n");
        return Post(body);
    }

    public HttpRequestMessage Post(byte[] body)
    {
        var timestamp = "1600112502";
        var signature = key.SignData([.. Encoding.UTF8.GetBytes(timestamp), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new(HttpMethod.Post, "/hooks/sendgrid")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
            Headers = { { SendGridSignature.SignatureHeader, Convert.ToBase64String(signature) }, { SendGridSignature.TimestampHeader, timestamp } },
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return; // a test may have stopped it already
        await stopping.CancelAsync();
        await app.DisposeAsync();
        stopping.Dispose();
        key.Dispose();
    }

    private async Task SendAsync(HttpContext http)
    {
        connections[http.Connection.Id] = true;
        var reply = Script(Interlocked.Increment(ref requests) - 1);
        if (reply.End == End.BeforeReading) { http.Abort(); return; }
        using var json = await JsonDocument.ParseAsync(http.Request.Body);
        var mail = json.RootElement.Clone();
        Requests.Enqueue((http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), mail));
        if (http.Request.Headers.Authorization != $"Bearer {ApiKey}") reply = new(401, """{"errors":[{"message":"Permission denied, wrong credentials","field":null,"help":null}]}""");

        var id = $"id{Requests.Count}";
        if (reply.Takes) Ledger.Enqueue(Taken.Of(mail, id));
        if (reply.End == End.Abort) { http.Abort(); return; }
        if (reply.End == End.Hang)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, http.RequestAborted);
            await Task.Delay(Timeout.Infinite, end.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return;
        }
        http.Response.StatusCode = reply.Status;
        if (reply.Status == 202) http.Response.Headers["X-Message-Id"] = id;
        foreach (var (name, value) in reply.Headers ?? []) http.Response.Headers[name] = value;
        await http.Response.WriteAsync(reply.Body, CancellationToken.None);
    }

    public enum End { Answer, BeforeReading, Abort, Hang }

    /// <param name="Takes">Whether the message is in the ledger afterwards, whatever is answered.</param>
    public sealed record Reply(int Status, string Body = "", bool Takes = false, End End = End.Answer, (string Name, string Value)[]? Headers = null)
    {
        public static readonly Reply Accept = new(202, Takes: true);

        public static Reply Busy(params (string, string)[] headers) => new(429, """{"errors":[{"field":null,"message":"too many requests"}]}""", Headers: headers);
    }

    /// <param name="Id">As in X-Message-Id.</param>
    public sealed record Taken(string Id, string To, IReadOnlyDictionary<string, string> Arguments)
    {
        public string Delivery => Arguments[DeliveryName.Argument].Split('.')[1];

        public static Taken Of(JsonElement mail, string id)
        {
            var one = mail.GetProperty("personalizations").EnumerateArray().Single();
            return new(id, one.GetProperty("to").EnumerateArray().Single().GetProperty("email").GetString()!,
                one.GetProperty("custom_args").EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value.GetString()!));
        }
    }
}
