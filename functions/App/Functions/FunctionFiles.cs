using System.Text.Json;

namespace MarketingAutomation.Functions;

/// <summary>The functions as <c>bindings/*/function.json</c> declares them to the Functions host; what runs without it keeps to the same files.</summary>
internal static class FunctionFiles
{
    /// <summary>When a timer function runs: an NCRONTAB expression of six fields, in UTC.</summary>
    public static string ScheduleOf(string function) => Trigger(function).GetProperty("schedule").GetString()!;

    private static JsonElement Trigger(string function)
    {
        using var file = typeof(FunctionFiles).Assembly.GetManifestResourceStream($"{function}/function.json") ?? throw new ArgumentException($"There is no function {function}.", nameof(function));
        using var reader = new MemoryStream();
        file.CopyTo(reader);
        return JsonElement.Parse(reader.ToArray()).GetProperty("bindings")[0];
    }
}
