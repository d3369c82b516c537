using System.Net;

namespace MarketingAutomation.Channels;

/// <summary>Tells requests that never left from those that the other side may have read: the first may be sent again.</summary>
internal sealed class HandOver : DelegatingHandler
{
    // Connections are renewed, so that a provider that moves to other addresses is followed.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    // Of a provider's answer we read no more than says what it means.
    private const long MostAnswerBytes = 64 * 1024;

    private HandOver() : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = ConnectionLifetime, ConnectTimeout = TimeSpan.FromSeconds(15) }) { }

    /// <summary>A client whose calls throw <see cref="HandedOverException"/> where the body may have been read, and which has no timeout of its own.</summary>
    public static HttpClient Client() => new(new HandOver()) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostAnswerBytes };

    /// <summary>Network, TLS or server failed, or the time was up: the world's fault, not the program's.</summary>
    public static bool IsFault(Exception fault) => fault is HttpRequestException or IOException or OperationCanceledException;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = new WatchedContent(request.Content!);
        request.Content = body;
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            await answer.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
            return answer;
        }
        catch (Exception fault) when (IsFault(fault) && body.IsWritten)
        {
            throw new HandedOverException(fault);
        }
    }

    // The connection stands by the time its content is asked for.
    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent content;

        public WatchedContent(HttpContent content)
        {
            this.content = content;
            foreach (var header in content.Headers) Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        public bool IsWritten { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            IsWritten = true;
            return content.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Headers.ContentLength ?? 0;
            return content.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) content.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A request broke off after its body was, or may have been, given to the other side.</summary>
internal sealed class HandedOverException(Exception cause) : Exception("The request broke off after it was handed over.", cause);
