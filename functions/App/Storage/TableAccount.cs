using Azure.Core;
using Azure.Data.Tables;

namespace MarketingAutomation.Storage;

/// <summary>One storage account.</summary>
/// <remarks>The SDK does not retry: a commit whose answer was lost must be looked up first, and reads are tried again beside it, in one way.</remarks>
internal sealed class TableAccount
{
    private TableAccount(TableServiceClient service, TableOptions options) => (Service, Options) = (service, options);

    public string Name => Service.AccountName;

    public TableServiceClient Service { get; }

    public TableOptions Options { get; }

    public static TableAccount FromConnectionString(string text, TableOptions options) => new(new(text, Client(options)), options);

    public static TableAccount FromEndpoint(Uri endpoint, TokenCredential credential, TableOptions options) => new(new(endpoint, credential, Client(options)), options);

    private static TableClientOptions Client(TableOptions options)
    {
        var client = new TableClientOptions();
        client.Retry.MaxRetries = 0;
        client.Retry.NetworkTimeout = options.RequestTimeout;
        client.Diagnostics.IsLoggingEnabled = false;             // keys and addresses stay out of logs
        client.Diagnostics.IsDistributedTracingEnabled = false;  // the HTTP client's own span says the same
        client.AddPolicy(options.RoundTrips, HttpPipelinePosition.PerRetry);
        if (options.Transport is { } transport) client.Transport = transport;
        return client;
    }
}
