namespace MarketingAutomation.Doctor.Dns;

/// <summary>A record of the form <c>v=DMARC1; p=none; …</c>, as DKIM and DMARC have it.</summary>
internal static class Tags
{
    /// <summary>Values by name, in lower case; the first of a name counts. White space inside values is gone.</summary>
    public static IReadOnlyDictionary<string, string> Of(string record)
    {
        Dictionary<string, string> tags = new(StringComparer.Ordinal);
        foreach (var part in record.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value])
                tags.TryAdd(name.ToLowerInvariant(), string.Concat(value.Where(c => !char.IsWhiteSpace(c))));
        return tags;
    }
}
