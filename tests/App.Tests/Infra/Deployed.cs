using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MarketingAutomation.Infra;

/// <summary>What a deployment would make: every module, loop and expression evaluated by the compiler.</summary>
internal sealed record Deployed(IReadOnlyList<JsonNode> Resources)
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001", Operator = "11111111-1111-1111-1111-111111111111";

    private static readonly ConcurrentDictionary<string, Lazy<Task<Deployed>>> Known = new(StringComparer.Ordinal); // working one out takes seconds

    /// <param name="parameters">Lines of a <c>.bicepparam</c> file after its first.</param>
    public static async Task<Deployed> OfAsync(params IEnumerable<string> parameters) =>
        await SnapshotAsync(string.Join('\n', [
            "using 'main.bicep'", .. parameters.Any(line => line.StartsWith("param environmentName", StringComparison.Ordinal)) ? [] : new[] { "param environmentName = 'shop-test'" },
            "param location = 'westeurope'", $"param operatorId = '{Operator}'", .. parameters, ""]));

    /// <summary>Of a parameter file in <c>infra</c>.</summary>
    public static Task<Deployed> OfFileAsync(string name) => SnapshotAsync(File.ReadAllText(Path.Combine(Bicep.Folder, name)));

    public IEnumerable<JsonNode> OfType(string type) => Resources.Where(resource => resource["type"]!.GetValue<string>() == type);

    public JsonObject Settings => OfType("Microsoft.Web/sites/config").Single()["properties"]!.AsObject();

    private static Task<Deployed> SnapshotAsync(string parameters) => Known.GetOrAdd(parameters, _ => new(() => EvaluateAsync(parameters))).Value;

    private static async Task<Deployed> EvaluateAsync(string parameters)
    {
        var folder = Directory.CreateTempSubdirectory("infra-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Bicep.Folder)) File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.bicepparam"), parameters);
            var (exitCode, _, errors) = await Bicep.RunAsync(folder.FullName, "snapshot", "test.bicepparam", "--mode", "overwrite", "--subscription-id", Subscription, "--location", "westeurope");
            Assert.True(exitCode == 0, errors);
            var snapshot = JsonSerializer.Deserialize<JsonNode>(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "test.snapshot.json")))!;
            Assert.Empty(snapshot["diagnostics"]!.AsArray());
            return new([.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
