using System.ComponentModel;

namespace MarketingAutomation.Jurisdictions;

/// <summary>What the law of some countries asks beyond the policy, as written in <c>config/policy/{id}.json</c>: a pack. It tightens what topics say and loosens nothing.</summary>
public sealed record Jurisdiction(
    [property: Description("What customers read of it, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("Countries whose customers it is for, as ISO 3166 codes of two capital letters such as DE. No country stands in two packs.")] IReadOnlyList<string> Countries,
    [property: Description("optIn: what may be refused is sent only after a recorded yes, whatever its topic says; optOut (the default): as the topic says.")] Requirement Consent = Requirement.OptOut,
    [property: Description("optIn: messages carry no pixel and no links that tell who followed them before a recorded yes to tracking; optOut (the default): they do until a recorded no.")] Requirement Tracking = Requirement.OptOut,
    [property: Description("What the subject of a message that may be refused begins with, per language, such as \"AD:\"; a subject that begins so already stays as it is.")] IReadOnlyDictionary<string, string>? SubjectPrefix = null,
    [property: Description("What it is for.")] string? Description = null);

/// <summary>Whether silence is a yes.</summary>
public enum Requirement { OptOut, OptIn }
