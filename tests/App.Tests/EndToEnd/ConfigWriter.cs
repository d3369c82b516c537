namespace MarketingAutomation.EndToEnd;

/// <summary>Writes a config folder for a test.</summary>
internal sealed class ConfigWriter(string folder)
{
    private const string Policy = """
        { "topics": { "offers": { "name": { "en": "Offers", "zh-CN": "优惠" }, "consent": "optOut" }, "orders": { "name": { "en": "Orders" }, "consent": "none" } },
          "senders": { "shop": { "email": "hello@shop.example", "name": "Example Shop" } } }
        """;

    /// <param name="policy">More properties of policy.json, each after a comma.</param>
    public static ConfigWriter In(string folder, string policy = "") => new ConfigWriter(folder).Write("policy.json", $"{Policy[..Policy.LastIndexOf('}')]}{policy} }}");

    /// <param name="when">Condition, as JSON.</param>
    public ConfigWriter Segment(string id, string when) => Write($"segments/{id}.json", $$"""{ "name": { "en": "{{id}}" }, "when": {{when}} }""");

    /// <param name="rest">Properties after the name, as JSON.</param>
    public ConfigWriter Journey(string id, string rest) => Write($"journeys/{id}.json", $$"""{ "name": { "en": "{{id}}" }, {{rest}} }""");

    /// <param name="properties">Of the jurisdiction, as JSON.</param>
    public ConfigWriter Pack(string id, string properties) => Write($"policy/{id}.json", $$"""{ {{properties}} }""");

    /// <param name="rest">Properties after the name, as JSON.</param>
    public ConfigWriter Broadcast(string id, string rest) => Write($"broadcasts/{id}.json", $$"""{ "name": { "en": "{{id}}" }, {{rest}} }""");

    public ConfigWriter Message(string id, string topic, string subject, string html) =>
        Write($"messages/{id}/message.json", $$"""{ "name": { "en": "{{id}}" }, "topic": "{{topic}}", "subject": { "en": "{{subject}}" } }""").Write($"messages/{id}/en.html", html);

    private ConfigWriter Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }
}
