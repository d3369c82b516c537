using System.Text.Json.Serialization;

namespace MarketingAutomation.Doctor;

/// <summary>What a check saw.</summary>
/// <param name="Check">Name of the check, such as <c>settings</c>.</param>
/// <param name="What">What is so, in one sentence, without secrets and personal data.</param>
/// <param name="Do">What to do about it; empty where nothing is to be done.</param>
internal sealed record Finding(string Check, Severity Severity, string What, string Do = "");

[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
internal enum Severity
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("fine")]
    Fine,

    /// <summary>Works, and may surprise somebody later.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Something does not work until it is mended.</summary>
    [JsonStringEnumMemberName("blocking")]
    Blocking,
}
