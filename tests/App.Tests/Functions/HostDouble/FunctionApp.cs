using System.Text.Json;

namespace MarketingAutomation.Functions.HostDouble;

/// <summary>A deployed folder as the host reads it: host.json, and a function.json per folder.</summary>
internal sealed class FunctionApp
{
    private readonly JsonElement host;

    public FunctionApp(string root)
    {
        Root = root;
        host = Read(Path.Combine(root, "host.json"));
        Functions = [.. from file in Directory.EnumerateFiles(root, "function.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
                        let name = Path.GetFileName(Path.GetDirectoryName(file)!)
                        orderby name
                        select new Function(name, [.. Read(file).GetProperty("bindings").EnumerateArray()])];
    }

    public string Root { get; }

    public IReadOnlyList<Function> Functions { get; }

    /// <summary>Absolute where a file of that name is in the folder, as the host takes it.</summary>
    public string Executable => Path.Combine(Root, Description.GetProperty("defaultExecutablePath").GetString()!);

    public string WorkingFolder => Path.Combine(Root, Description.GetProperty("workingDirectory").GetString()!);

    public bool IsProxying => host.GetProperty("customHandler").GetProperty("enableProxyingHttpRequest").GetBoolean();

    public string RoutePrefix => host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString()!;

    public int MaxMessageBatchSize => host.GetProperty("extensions").GetProperty("serviceBus").GetProperty("maxMessageBatchSize").GetInt32();

    public TimeSpan FunctionTimeout => TimeSpan.Parse(host.GetProperty("functionTimeout").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    private JsonElement Description => host.GetProperty("customHandler").GetProperty("description");

    private static JsonElement Read(string file) => JsonElement.Parse(File.ReadAllBytes(file));
}

/// <param name="Name">Of its folder.</param>
internal sealed record Function(string Name, IReadOnlyList<JsonElement> Bindings)
{
    public JsonElement Trigger => Bindings.Single(binding => Text(binding, "direction") == "in" && Text(binding, "type")!.EndsWith("Trigger", StringComparison.Ordinal));

    public string Type => Text(Trigger, "type")!;

    public string Binding => Text(Trigger, "name")!;

    public string? Queue => Text(Trigger, "queueName");

    public bool IsBatch => Text(Trigger, "cardinality") == "many";

    public string? Route => Text(Trigger, "route");

    public IReadOnlyList<string> Methods => [.. Trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!)];

    /// <summary>Whether the host answers this path with this function; only the patterns we use are known here.</summary>
    public bool Takes(string method, string path) =>
        Route is { } route && Methods.Contains(method, StringComparer.OrdinalIgnoreCase)
        && (route.EndsWith("/{**rest}", StringComparison.Ordinal) ? $"{path}/".StartsWith($"/{route[..^"{**rest}".Length]}", StringComparison.OrdinalIgnoreCase) : throw new NotSupportedException($"The route {route} is of a kind this double does not know."));

    private static string? Text(JsonElement binding, string name) => binding.TryGetProperty(name, out var value) ? value.GetString() : null;
}
