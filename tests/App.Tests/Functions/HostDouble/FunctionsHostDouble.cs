using System.Net.Http.Headers;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Functions.HostDouble;

/// <summary>
/// Does with a deployed folder what the Azure Functions host does: starts the handler and starts it again when it dies, passes requests on,
/// posts what queues and timers bring, and settles by the answer.
/// </summary>
internal sealed class FunctionsHostDouble : IServer, IAsyncDisposable
{
    private const int MaxDeliveryCount = 10, MaxConcurrentCalls = 16;

    private static readonly TimeSpan LockDuration = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly IBus bus;
    private readonly IReadOnlyList<object> owned;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> work = [];
    private readonly List<string> output = [];
    private readonly List<int> exits = [];
    private readonly List<string> faults = [];
    private readonly List<string> invocations = [];
    private TaskCompletionSource<HandlerProcess> handler = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="root">The deployed folder.</param>
    /// <param name="settings">The app's settings.</param>
    /// <param name="bus">The bus to which the handler sends.</param>
    /// <param name="owned">Closed with the host.</param>
    public FunctionsHostDouble(string root, IReadOnlyDictionary<string, string> settings, IBus bus, params IReadOnlyList<object> owned)
    {
        (App, this.settings, this.bus, this.owned) = (new(root), settings, bus, owned);
        Http = new(new HostProxy(this)) { BaseAddress = new("http://app.azurewebsites.example"), Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>With storage and bus in a data folder.</summary>
    public static FunctionsHostDouble On(string root, string data, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(data);
        var file = new SqliteFile(Path.Combine(data, "marketing.db"));
        return new(root, new Dictionary<string, string>(settings) { [Settings.Data] = data }, new SqliteBus(file, TimeProvider.System), file);
    }

    public FunctionApp App { get; }

    /// <summary>Reaches the app from outside, through the host.</summary>
    public HttpClient Http { get; }

    /// <summary>From start to ready, the first life's.</summary>
    public TimeSpan? Started { get; private set; }

    /// <summary>What the handler wrote, a line an entry.</summary>
    public IReadOnlyList<string> Output
    {
        get { lock (output) return [.. output]; }
    }

    /// <summary>How the handler's lives ended.</summary>
    public IReadOnlyList<int> Exits
    {
        get { lock (exits) return [.. exits]; }
    }

    /// <summary>Answers after which the real host would hang, or that it does not understand.</summary>
    public IReadOnlyList<string> Faults
    {
        get { lock (faults) return [.. faults]; }
    }

    /// <summary>Ids of the invocations so far.</summary>
    public IReadOnlyList<string> Invocations
    {
        get { lock (invocations) return [.. invocations]; }
    }

    /// <summary>Waits until the handler is ready; the first time, starts everything.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        if (work.Count == 0)
        {
            work.Add(SuperviseAsync());
            foreach (var function in App.Functions.Where(function => function.Type == "serviceBusTrigger")) work.Add(TriggerAsync(function));
        }
        await HandlerAsync().WaitAsync(TimeSpan.FromSeconds(60), ct);
    }

    /// <summary>Kills the handler; like the real host this one starts another at once.</summary>
    public async Task KillAsync()
    {
        var killed = await HandlerAsync();
        killed.Kill();
        await killed.EndAsync();
    }

    /// <summary>The handler that is ready.</summary>
    public async Task<HandlerProcess> HandlerAsync()
    {
        Task<HandlerProcess> ready;
        lock (exits) ready = handler.Task;
        return await ready;
    }

    /// <summary>Lets a timer function run now.</summary>
    public async Task<bool> TickAsync(string name, CancellationToken ct) =>
        App.Functions.Single(function => function.Name == name && function.Type == "timerTrigger") is var timer && await InvokeAsync(timer, TriggerEnvelope.Timer(timer.Binding), ct);

    /// <summary>Posts an envelope to a function as the host does: chunked, with the headers of the host.</summary>
    /// <returns>Whether the host would take the invocation as succeeded.</returns>
    public async Task<bool> InvokeAsync(Function function, byte[] envelope, CancellationToken ct)
    {
        var process = await HandlerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, process.Address($"/{function.Name}")) { Content = new StreamContent(new MemoryStream(envelope)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } } };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add(FunctionsHost.InvocationId, NewInvocation());
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1052.0.0");
        request.Headers.UserAgent.ParseAdd("Azure-Functions-Host/4.1052.0.0");
        try
        {
            using var answer = await HandlerProcess.SendAsync(request, ct);
            var body = await answer.Content.ReadAsStringAsync(ct);
            return Understands(function, answer, body) && answer.IsSuccessStatusCode;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException && !ct.IsCancellationRequested)
        {
            // The handler died and the invocation failed. The host sees a process end within milliseconds; what comes after that waits for the next one.
            await Task.WhenAny(process.Noticed.Task, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
            return false;
        }
    }

    /// <summary>The id of an invocation that begins.</summary>
    public string NewInvocation()
    {
        var id = Guid.NewGuid().ToString();
        lock (invocations) invocations.Add(id);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(work);
        Http.Dispose();
        stop.Dispose();
        foreach (var each in owned)
            if (each is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else if (each is IDisposable disposable) disposable.Dispose();
    }

    // An empty body or null with success hangs the invocation; anything but a JSON object fails it.
    private bool Understands(Function function, HttpResponseMessage answer, string body)
    {
        try
        {
            if (answer.Content.Headers.ContentType?.MediaType == "application/json" && JsonElement.Parse(body).ValueKind == JsonValueKind.Object) return true;
        }
        catch (JsonException) { }
        lock (faults) faults.Add($"{function.Name} answered {(int)answer.StatusCode} with {answer.Content.Headers.ContentType}: {body}");
        return false;
    }

    private async Task SuperviseAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            using var process = new HandlerProcess(App, settings, line => { lock (output) output.Add(line); });
            using var kill = stop.Token.Register(process.Kill);
            if (await process.ReadyAsync(CancellationToken.None) is { } took)
            {
                Started ??= took;
                lock (exits) handler.TrySetResult(process);
            }
            var exit = await process.EndAsync();
            if (stop.IsCancellationRequested) return;
            lock (exits)
            {
                exits.Add(exit);
                if (handler.Task.IsCompleted) handler = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            process.Noticed.TrySetResult();
            if (exit == 0) return; // the host takes it for wanted, and every later invocation fails
        }
    }

    private async Task TriggerAsync(Function function)
    {
        var (most, atOnce) = function.IsBatch ? (App.MaxMessageBatchSize, 1) : (1, MaxConcurrentCalls);
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => ListenAsync(function, most)));
    }

    private async Task ListenAsync(Function function, int most)
    {
        var ct = stop.Token;
        try
        {
            while (true)
                if (await bus.ReceiveAsync(function.Queue!, most, LockDuration, ct) is [_, ..] batch) await SettleAsync(batch, await InvokeAsync(function, function.IsBatch ? TriggerEnvelope.Batch(function.Binding, batch) : TriggerEnvelope.Single(function.Binding, batch[0]), ct));
                else await bus.WaitAsync(function.Queue!, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
    }

    private async Task SettleAsync(IReadOnlyList<Received> batch, bool succeeded)
    {
        if (succeeded)
        {
            await bus.CompleteAsync(batch, CancellationToken.None);
            return;
        }
        foreach (var dead in batch.Where(message => message.DeliveryCount >= MaxDeliveryCount)) await bus.DeadLetterAsync(dead, "MaxDeliveryCountExceeded", CancellationToken.None);
        await bus.AbandonAsync([.. batch.Where(message => message.DeliveryCount < MaxDeliveryCount)], TimeSpan.Zero, CancellationToken.None);
    }
}
