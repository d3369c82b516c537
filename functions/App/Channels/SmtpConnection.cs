using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Channels;

/// <summary>One connection to the mail server, for one message after the other.</summary>
internal sealed class SmtpConnection : IDisposable
{
    private const int ReplyCharacters = 100;

    private readonly SmtpClient client = new();

    private SmtpConnection() { }

    /// <summary>When it was last used, a timestamp of the clock.</summary>
    public long UsedAt { get; set; }

    public bool IsOpen => client.IsConnected;

    /// <exception cref="Exception">There is no connection, for a reason <see cref="IsFault"/> knows.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpSettings settings, CancellationToken ct)
    {
        var connection = new SmtpConnection();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };    // or the end of every longer message waits for a delayed ACK
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, ct);
            await connection.client.ConnectAsync(socket, settings.Host, settings.Port, settings.Security switch
            {
                SmtpSecurity.None => SecureSocketOptions.None,
                SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.SslOnConnect,
            }, ct);
            connection.client.Capabilities &= ~(SmtpCapabilities.Size | SmtpCapabilities.Chunking); // either writes every message twice, once to measure it
            if (settings.User is { } user) await connection.client.AuthenticateAsync(user, settings.Password ?? "", ct);
            return connection;
        }
        catch
        {
            connection.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Hands over one message. Whatever goes wrong once it was handed over whole is an outcome; the connection is closed then.</summary>
    /// <exception cref="Exception">The message was not handed over, for a reason <see cref="IsFault"/> knows; the connection is closed.</exception>
    public async Task<Outcome> SendAsync(OutgoingMime mime, CancellationToken ct)
    {
        try
        {
            var reply = mime.ReturnTo is { } bounces ? await client.SendAsync(mime, bounces, mime.To.Mailboxes, ct) : await client.SendAsync(mime, ct);
            return new Outcome.Sent(reply.Length <= ReplyCharacters ? reply : reply[..ReplyCharacters]);
        }
        catch (SmtpCommandException refusal)
        {
            if ((int)refusal.StatusCode == 421) Dispose();  // the server is about to hang up: RFC 5321 §3.8
            return SmtpOutcome.Refused((int)refusal.StatusCode, refusal.Message, refusal.ErrorCode);
        }
        catch (ServiceNotAuthenticatedException)
        {
            return new Outcome.Retry("smtp 530", Outage: true);         // we are to sign in first: nothing is wrong with the message
        }
        catch (Exception fault) when (IsFault(fault))
        {
            Dispose();
            if (!mime.IsWritten) throw;
            return new Outcome.Unknown($"smtp: {fault.GetType().Name} after the message was handed over");
        }
    }

    /// <summary>Says goodbye.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        try
        {
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            // the messages are settled; how the connection ends changes nothing
        }
        Dispose();
    }

    /// <summary>Network, server, TLS or sign-in failed, or the time was up: the world's fault, not the program's.</summary>
    public static bool IsFault(Exception fault) =>
        fault is IOException or SocketException or ProtocolException or CommandException or ServiceNotConnectedException or AuthenticationException or SslHandshakeException
            or NotSupportedException or OperationCanceledException;

    public void Dispose() => client.Dispose();
}
