using System.ComponentModel;

namespace MarketingAutomation.Messages;

/// <summary>What is said to a customer, as written in <c>config/messages/{id}/message.json</c> beside its bodies <c>{locale}.html</c> and, if wanted, <c>{locale}.txt</c>.</summary>
public sealed record Message(
    [property: Description("What people call it, per language.")] IReadOnlyDictionary<string, string> Name,
    [property: Description("What the customer may refuse: a topic of policy.json.")] string Topic,
    [property: Description("Scriban text of the subject, per language; the languages are those of the bodies.")] IReadOnlyDictionary<string, string> Subject,
    [property: Description("A sender of policy.json; the first one where not given.")] string? From = null,
    [property: Description("What it is for.")] string? Description = null);

/// <summary>The Scriban texts of one message in one language.</summary>
/// <param name="Text">Plain text part; made from the HTML where null.</param>
public sealed record Body(string Html, string? Text);
