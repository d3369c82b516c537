using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Messages;
using MimeKit.Cryptography;

namespace MarketingAutomation.Channels;

/// <summary>Hands messages to a mail server, over connections that stay open from one message to the next.</summary>
internal sealed class SmtpChannel(SmtpSettings settings, TimeProvider clock) : IChannel, IAsyncDisposable
{
    // Servers hang up on idle clients after a while (RFC 5321 §4.5.3.2 grants 5 minutes, many grant less); better not to find out with a message.
    private static readonly TimeSpan IdleAtMost = TimeSpan.FromSeconds(15);

    private readonly DkimSigner? signer = settings.Dkim?.Open();
    private readonly SemaphoreSlim places = new(settings.Connections);
    private readonly ConcurrentStack<SmtpConnection> idle = new();   // the last used first, so that no more stay open than the traffic needs

    public string Name => ChannelNames.Smtp;

    /// <summary>The same Message-ID twice is two messages to the customer.</summary>
    public bool IsIdempotent => false;

    public async Task<Outcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        if (!MimeBuilder.TryBuild(message, clock.GetUtcNow(), out var mime)) return MimeBuilder.NoAddress;
        if (settings.Bounces is { } bounces && ReturnAddress.Of(bounces, message) is { } envelope) mime.ReturnTo = envelope;
        if (signer is not null) DkimSettings.Sign(signer, mime);

        using var timeout = new CancellationTokenSource(settings.Timeout ?? SmtpSettings.DefaultTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await places.WaitAsync(limit.Token);
            try
            {
                return await SendAsync(mime, limit.Token);
            }
            finally
            {
                places.Release();
            }
        }
        catch (Exception fault) when (SmtpConnection.IsFault(fault) && !(fault is OperationCanceledException && ct.IsCancellationRequested))
        {
            return new Outcome.Retry($"smtp: {(timeout.IsCancellationRequested ? "timed out" : fault.GetType().Name)} before the message was handed over", Outage: true);
        }
    }

    /// <summary>Says goodbye on the idle connections. Nobody may be sending.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
        while (idle.TryPop(out var connection)) await connection.CloseAsync(patience.Token);
        places.Dispose();
    }

    private async Task<Outcome> SendAsync(OutgoingMime mime, CancellationToken ct)
    {
        while (TryReuse(out var connection))
        {
            try
            {
                return await SendAsync(connection, mime, ct);
            }
            catch (Exception fault) when (SmtpConnection.IsFault(fault) && !ct.IsCancellationRequested)
            {
                // the server had hung up meanwhile, which says nothing about this message: try the next connection, in the end a new one
            }
        }
        return await SendAsync(await SmtpConnection.OpenAsync(settings, ct), mime, ct);
    }

    private async Task<Outcome> SendAsync(SmtpConnection connection, OutgoingMime mime, CancellationToken ct)
    {
        var outcome = await connection.SendAsync(mime, ct);
        if (connection.IsOpen)
        {
            connection.UsedAt = clock.GetTimestamp();
            idle.Push(connection);
        }
        return outcome;
    }

    private bool TryReuse([NotNullWhen(true)] out SmtpConnection? connection)
    {
        while (idle.TryPop(out connection))
        {
            if (connection.IsOpen && clock.GetElapsedTime(connection.UsedAt) <= IdleAtMost) return true;
            connection.Dispose();
        }
        return false;
    }
}
