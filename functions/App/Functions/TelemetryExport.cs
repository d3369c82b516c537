using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MarketingAutomation.Functions;

/// <summary>Where traces and metrics go: to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, to <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>, to both, or nowhere at no cost.</summary>
internal static class TelemetryExport
{
    // Links carry tokens, and browsers say much about their owners: neither leaves.
    private static readonly string[] Personal = ["url.path", "url.query", "user_agent.original", "client.address", "network.peer.address"];

    public static void AddTelemetryExport(this IServiceCollection services)
    {
        var (otlp, azure) = (IsSet("OTEL_EXPORTER_OTLP_ENDPOINT"), IsSet("APPLICATIONINSIGHTS_CONNECTION_STRING"));
        if (otlp || azure) Add(services, otlp, azure);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // whoever does not come here loads no library
    private static void Add(IServiceCollection services, bool otlp, bool azure) => services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") ?? "marketing"))
            .WithTracing(tracing =>
            {
                tracing.AddSource(Telemetry.Name).AddAspNetCoreInstrumentation(options =>
                {
                    options.Filter = http => http.Request.Path != "/"; // the host asks all the time whether we are there
                    options.EnrichWithHttpRequest = (activity, request) =>
                    {
                        activity.SetTag("faas.invocation_id", request.Headers[FunctionsHost.InvocationId].FirstOrDefault());
                        foreach (var name in Personal) activity.SetTag(name, null);
                    };
                });
                if (otlp) tracing.AddOtlpExporter();
                if (azure) tracing.AddAzureMonitorTraceExporter(credential: Credential());
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Telemetry.Name);
                if (otlp) metrics.AddOtlpExporter();
                if (azure) metrics.AddAzureMonitorMetricExporter(credential: Credential());
            });

    // As the Functions host reads it: the connection string's key is enough where nothing else is said, and an identity is asked for nothing then.
    private static TokenCredential? Credential() =>
        Environment.GetEnvironmentVariable("APPLICATIONINSIGHTS_AUTHENTICATION_STRING")?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase) is true ? AzureIdentity.Current() : null;

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
