using System.Text;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>What tests send, and what became of it.</summary>
internal static class Sent
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static CollectResult Body(string json, CallType? type = null) => CollectCall.Read(Encoding.UTF8.GetBytes(json), type, Noon);

    public static CollectResult.Taken Batch(params string[] calls) => Assert.IsType<CollectResult.Taken>(Body($$"""{"batch":[{{string.Join(',', calls)}}]}"""));

    public static CustomerEvent Accepted(string call) => Assert.Single(Accepting(Batch(call)).Accepted);

    public static T Accepted<T>(string call) where T : CustomerEvent => Assert.IsType<T>(Accepted(call));

    public static string ReasonFor(string call)
    {
        var taken = Batch(call);
        Assert.Empty(taken.Accepted);
        return Assert.Single(taken.Rejected).Reason;
    }

    public static string ProblemOf(string body, CallType? type = null) => Assert.IsType<CollectResult.Unreadable>(Body(body, type)).Problem;

    /// <summary>The same JSON without blanks, so that tests can compare it as text.</summary>
    public static string Compact(JsonElement value) => JsonSerializer.Serialize(value);

    private static CollectResult.Taken Accepting(CollectResult.Taken taken)
    {
        Assert.Empty(taken.Rejected);
        return taken;
    }
}
