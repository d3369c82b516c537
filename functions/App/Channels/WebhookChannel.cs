using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Channels;

/// <summary>Posts each message as JSON to an address of the operator's, signed as the Standard Webhooks specification says.</summary>
/// <remarks>
/// The receiver checks <c>webhook-signature</c> over <c>{webhook-id}.{webhook-timestamp}.{body}</c> and takes the same <c>webhook-id</c> once, as that specification
/// asks of it: so a message of which nobody knows may be posted again.
/// </remarks>
internal sealed class WebhookChannel(WebhookSettings settings, TimeProvider clock) : IChannel, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = HandOver.Client();

    public string Name => ChannelNames.Webhook;

    /// <summary>The delivery's id is the key by which the receiver knows a message that it has.</summary>
    public bool IsIdempotent => true;

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        if (!MimeBuilder.CanWriteTo(message.To)) return MimeBuilder.NoAddress;

        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            using var request = Request(message);
            using var answer = await http.SendAsync(request, limit.Token);
            return Of(answer, clock.GetUtcNow());
        }
        catch (Exception fault) when (HandOver.IsFault(fault) || fault is HandedOverException)
        {
            ct.ThrowIfCancellationRequested();
            return new Outcome.Retry($"webhook: {(timeout.IsCancellationRequested ? "timed out" : (fault.InnerException ?? fault).GetType().Name)}", Outage: true);
        }
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(OutgoingMessage message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(WebhookMessage.Of(message), ChannelJson.Default.WebhookMessage);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{message.Delivery}.{timestamp}."), .. body];
        return new(HttpMethod.Post, settings.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers =
            {
                { "webhook-id", message.Delivery },
                { "webhook-timestamp", timestamp },
                { "webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(settings.Secret, signed))}" },
                { "Idempotency-Key", message.Delivery },
            },
        };
    }

    private static Outcome Of(HttpResponseMessage answer, DateTimeOffset now) => (int)answer.StatusCode switch
    {
        >= 200 and < 300 => new Outcome.Sent(null),
        400 or 410 or 413 or 415 or 422 => new Outcome.Failed($"webhook {(int)answer.StatusCode}"),
        408 or 409 or 425 or 429 or >= 500 => new Outcome.Retry($"webhook {(int)answer.StatusCode}", ProviderWait.Of(answer.Headers, now), Outage: answer.StatusCode is not (HttpStatusCode.Conflict or (HttpStatusCode)425)),
        _ => new Outcome.Retry($"webhook {(int)answer.StatusCode}: the receiver does not take messages; look after MARKETING_WEBHOOK", ProviderWait.ForOperator, Outage: true),
    };
}

/// <param name="Secret">Shared with the receiver.</param>
internal sealed record WebhookSettings(Uri Url, byte[] Secret)
{
    /// <summary>Secrets of the specification are <c>whsec_</c> and base64; any other text is taken as it is.</summary>
    public static byte[] KeyOf(string secret) =>
        secret.StartsWith("whsec_", StringComparison.Ordinal) && System.Buffers.Text.Base64.IsValid(secret.AsSpan(6)) ? Convert.FromBase64String(secret[6..]) : Encoding.UTF8.GetBytes(secret);

    /// <summary>Never shows the secret, nor a path or query that may hold one.</summary>
    public override string ToString() => $"webhook ({Url.Host})";
}
