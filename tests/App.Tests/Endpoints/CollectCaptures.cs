using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MarketingAutomation.Endpoints;

/// <summary>Requests recorded from real SDKs. They are kept outside this project: the environment variable MARKETING_SHARED names the folder, beside the project by default.</summary>
internal static class CollectCaptures
{
    private static readonly JsonSerializerOptions AsJavaScriptWrites = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder => Path.Combine(Environment.GetEnvironmentVariable("MARKETING_SHARED") ?? Path.Combine(Root(), "..", "shared"), "sdk-captures");

    /// <summary>The requests of one scenario whose bodies were recorded; skips the test where the file is not there.</summary>
    public static IReadOnlyList<Captured> Of(string sdk, string scenario)
    {
        var file = Path.Combine(Folder, sdk + ".json");
        Assert.SkipUnless(File.Exists(file), $"There is no {Path.GetFileName(file)}: set MARKETING_SHARED to the folder that holds sdk-captures.");
        return [.. JsonElement.Parse(File.ReadAllBytes(file)).GetProperty("scenarios").GetProperty(scenario).GetProperty("requests").EnumerateArray().Select(Read)];
    }

    private static Captured Read(JsonElement request) => new(
        request.GetProperty("url").GetString()!,
        [.. request.GetProperty("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString()!)).Where(header => header.Name is not ("host" or "connection" or "content-length"))],
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request.GetProperty("bodyJson"), AsJavaScriptWrites)),
        request.GetProperty("rawBytes").GetInt32());

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MarketingAutomation.sln"))) folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}

/// <param name="Body">As the SDK wrote it, before compression.</param>
/// <param name="RawBytes">Size on the wire.</param>
internal sealed record Captured(string Path, (string Name, string Value)[] Headers, byte[] Body, int RawBytes)
{
    public bool IsGzip => Headers.Contains(("content-encoding", "gzip"));

    /// <summary>When the SDK's clock said it was sent; null where it did not say.</summary>
    public DateTimeOffset? SentAt => JsonElement.Parse(Body).TryGetProperty("sentAt", out var sentAt) ? sentAt.GetDateTimeOffset() : null;

    /// <summary>One part of each call in the body, as text; null where a call has none.</summary>
    public IEnumerable<string?> TextsOf(string name)
    {
        var body = JsonElement.Parse(Body);
        IEnumerable<JsonElement> calls = body.TryGetProperty("batch", out var batch) ? batch.EnumerateArray() : [body];
        return calls.Select(call => call.TryGetProperty(name, out var value) ? value.ToString() : null);
    }
}
