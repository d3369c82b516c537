using System.Diagnostics;
using System.Text.Json;

namespace MarketingAutomation.Bus;

/// <summary>Azure's own JavaScript SDK for Service Bus, in a process of its own: <c>tests/peers/service-bus.mjs</c>.</summary>
internal sealed class ServiceBusSdk : IDisposable
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web);

    private readonly Process _process;

    private ServiceBusSdk(Process process) => _process = process;

    public sealed record Message(string? Id, byte[] Body, int DeliveryCount = 0, string? Reason = null, string? State = null, DateTimeOffset? Due = null);

    /// <summary>The test is skipped where the SDK is not installed.</summary>
    public static ServiceBusSdk OpenOrSkip(string connectionString)
    {
        var folder = Path.Combine(SharedFolder.Repository, "tests", "peers");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "@azure", "service-bus")), "@azure/service-bus is not installed; tests/run does it, where there is npm.");
        return new(Process.Start(new ProcessStartInfo("node", ["service-bus.mjs"])
        {
            WorkingDirectory = folder,
            Environment = { ["SERVICE_BUS"] = connectionString },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    public Task SendAsync(string queue, Message message, CancellationToken ct) => AskAsync(new { verb = "send", queue, message }, ct);

    public Task SendBatchAsync(string queue, IEnumerable<Message> messages, CancellationToken ct) => AskAsync(new { verb = "batch", queue, messages }, ct);

    public Task ScheduleAsync(string queue, Message message, DateTimeOffset due, CancellationToken ct) => AskAsync(new { verb = "schedule", queue, message, due }, ct);

    /// <param name="settle">What it does with each: complete, abandon, deadLetter; null leaves it locked.</param>
    public async Task<Message[]> ReceiveAsync(string queue, int most, string? settle, CancellationToken ct, bool aside = false, string? reason = null, int wait = 10_000) =>
        (await AskAsync(new { verb = "receive", queue, most, wait, settle, aside, reason }, ct)).Deserialize<Message[]>(Wire)!;

    public async Task<Message[]> PeekAsync(string queue, int most, CancellationToken ct, bool aside = false) => (await AskAsync(new { verb = "peek", queue, most, aside }, ct)).Deserialize<Message[]>(Wire)!;

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private async Task<JsonElement> AskAsync(object question, CancellationToken ct)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question, Wire).AsMemory(), ct);
        var line = await _process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The SDK's process ended.");
        var answer = JsonElement.Parse(line);
        return answer.TryGetProperty("ok", out var ok) ? ok : throw new InvalidOperationException($"The SDK says {answer}.");
    }
}
