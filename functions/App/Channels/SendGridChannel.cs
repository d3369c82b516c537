using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using SendGrid;

namespace MarketingAutomation.Channels;

/// <summary>Hands messages to SendGrid's <c>POST /v3/mail/send</c>, one recipient in each.</summary>
/// <remarks>The package's own retry stays off: there is no idempotency key, so it would post a message again that may have been taken.</remarks>
internal sealed class SendGridChannel : IChannel, IDisposable
{
    private readonly SendGridSettings settings;
    private readonly TimeProvider clock;
    private readonly HttpClient http;
    private readonly SendGridClient client;

    public SendGridChannel(SendGridSettings settings, TimeProvider clock)
    {
        (this.settings, this.clock) = (settings, clock);
        http = HandOver.Client();
        client = new(http, new SendGridClientOptions { ApiKey = settings.ApiKey, Host = settings.Host.AbsoluteUri });
    }

    public string Name => ChannelNames.SendGrid;

    /// <summary>The same message posted twice is two messages to the customer.</summary>
    public bool IsIdempotent => false;

    /// <summary>With <c>processed</c>, about every message but those of the sandbox.</summary>
    public bool CallsBack => !settings.Sandbox;

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        if (!MimeBuilder.CanWriteTo(message.To)) return MimeBuilder.NoAddress;

        using var timeout = new CancellationTokenSource(settings.Timeout ?? SendGridSettings.DefaultTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            var answer = await client.SendEmailAsync(SendGridMail.Of(message, settings.Sandbox), limit.Token);
            using var body = answer.Body;
            return SendGridOutcome.Of(answer.StatusCode, answer.Headers, await ErrorsAsync(answer, limit.Token), clock.GetUtcNow());
        }
        catch (HandedOverException broken)
        {
            return new Outcome.Unknown($"sendgrid: {(timeout.IsCancellationRequested ? "timed out" : broken.InnerException!.GetType().Name)} after the message was handed over");
        }
        catch (Exception fault) when (HandOver.IsFault(fault) && !(fault is OperationCanceledException && ct.IsCancellationRequested))
        {
            return new Outcome.Retry($"sendgrid: {(timeout.IsCancellationRequested ? "timed out" : fault.GetType().Name)} before the message was handed over", Outage: true);
        }
    }

    public void Dispose() => http.Dispose();

    // The status has said what matters; an answer that breaks off afterwards changes nothing.
    private static async Task<string> ErrorsAsync(Response answer, CancellationToken ct)
    {
        try
        {
            return answer.IsSuccessStatusCode ? "" : await answer.Body.ReadAsStringAsync(ct);
        }
        catch (Exception fault) when (HandOver.IsFault(fault))
        {
            return "";
        }
    }
}
