using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MarketingAutomation.Storage;

/// <summary>What the network and the service do to one request.</summary>
internal enum Fault
{
    None,

    /// <summary>The connection breaks before the request has left.</summary>
    Cut,

    /// <summary>The request arrives and is done; the connection breaks before the answer.</summary>
    AnswerLost,

    /// <summary>503: the service takes no requests now.</summary>
    Busy,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>500: the service gave up waiting for itself, and has not done it.</summary>
    TimedOut,

    /// <summary>The same, but it was done.</summary>
    TimedOutAfter,
}

/// <summary>The real network with faults injected.</summary>
/// <param name="next">Says what happens to a request; asked once for each.</param>
internal sealed class FaultyTransport(Func<Request, ValueTask<Fault>> next) : HttpPipelineTransport
{
    private readonly HttpClientTransport _real = HttpClientTransport.Shared;

    public FaultyTransport(Func<Request, Fault> next) : this(request => ValueTask.FromResult(next(request))) { }

    public static bool IsCommit(Request request) => request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal);

    public override Request CreateRequest() => _real.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        switch (await next(message.Request))
        {
            case Fault.Cut: throw new RequestFailedException("The connection was cut.", new IOException());
            case Fault.Busy: message.Response = new Refusal(503, "ServerBusy"); break;
            case Fault.TooMany: message.Response = new Refusal(429, "TooManyRequests"); break;
            case Fault.TimedOut: message.Response = new Refusal(500, "OperationTimedOut"); break;
            case Fault.AnswerLost:
                await _real.ProcessAsync(message);
                throw new RequestFailedException("The connection was cut.", new IOException());
            case Fault.TimedOutAfter:
                await _real.ProcessAsync(message);
                message.Response = new Refusal(500, "OperationTimedOut");
                break;
            default: await _real.ProcessAsync(message); break;
        }
    }

    private sealed class Refusal(int status, string code) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => code;

        public override Stream? ContentStream { get; set; } = new MemoryStream(System.Text.Encoding.UTF8.GetBytes("{\"odata.error\":{\"code\":\"" + code + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"\"}}}"));

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose() { }

        protected override bool ContainsHeader(string name) => name is "Content-Type";

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new("Content-Type", "application/json")];

        protected override bool TryGetHeader(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => (value = ContainsHeader(name) ? "application/json" : null) is not null;

        protected override bool TryGetHeaderValues(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IEnumerable<string>? values) => (values = TryGetHeader(name, out var value) ? [value] : null) is not null;
    }
}
