using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Collect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Endpoints;

/// <summary>The collect endpoints on a real server, with a list in the place of the queue.</summary>
public sealed class CollectHost : IAsyncLifetime
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentQueue<CustomerEvent> stored = [];
    private WebApplication? app;

    public HttpClient Client { get; private set; } = new();

    public FakeTimeProvider Clock { get; } = new(Noon);

    /// <summary>None lets everybody in.</summary>
    public IReadOnlySet<string> WriteKeys { get; init; } = new HashSet<string>();

    /// <summary>Runs before events are stored.</summary>
    public Func<Task> BeforeStoring { get; set; } = () => Task.CompletedTask;

    /// <summary>What was stored since the last call.</summary>
    public IReadOnlyList<CustomerEvent> TakeStored()
    {
        List<CustomerEvent> taken = [];
        while (stored.TryDequeue(out var each)) taken.Add(each);
        return taken;
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(services => new CollectHandler(
            new(WriteKeys, new("https://events.example.com/in")), StoreAsync, Clock, services.GetRequiredService<ILogger<CollectHandler>>()));
        app = builder.Build();
        app.MapCollect();
        await app.StartAsync();
        Client = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (app is not null) await app.DisposeAsync();
    }

    public async Task<CollectReply> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<CollectReply> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        PostAsync(path, Encoding.UTF8.GetBytes(json), headers);

    public async Task<CollectReply> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    private async Task StoreAsync(IReadOnlyList<CustomerEvent> events, CancellationToken ct)
    {
        await BeforeStoring();
        foreach (var each in events) stored.Enqueue(each);
    }
}

/// <summary>An answer, read to its end.</summary>
public sealed record CollectReply(HttpResponseMessage Response, string Body)
{
    public HttpStatusCode Status => Response.StatusCode;

    public JsonElement Json => JsonElement.Parse(Body);

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
