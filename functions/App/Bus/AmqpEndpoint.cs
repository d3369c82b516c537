using Azure.Core;

namespace MarketingAutomation.Bus;

/// <summary>Where a bus is and how we prove who we are.</summary>
/// <param name="Secure">TLS.</param>
internal sealed record AmqpEndpoint(string Host, int Port, bool Secure, AmqpCredential Credential)
{
    private const int TlsPort = 5671, PlainPort = 5672;

    /// <summary>What claims are put for: an entity's address as the service knows it.</summary>
    public string Audience(string address) => $"sb://{Host}/{address}";

    /// <param name="setting">A Service Bus connection string, or the bare host name of a namespace.</param>
    /// <param name="entra">Makes the credential for a bare host name; asked only then.</param>
    /// <exception cref="FormatException">The setting is neither; the message says what is missing, never what is there.</exception>
    public static AmqpEndpoint Parse(string setting, Func<TokenCredential> entra)
    {
        setting = setting.Trim();
        if (setting.Contains('=', StringComparison.Ordinal)) return ParseConnectionString(setting);
        if (Uri.CheckHostName(setting) != UriHostNameType.Dns)
            throw new FormatException("The Service Bus setting is neither a connection string (Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…) nor a host name (NAME.servicebus.windows.net).");
        return new(setting, TlsPort, Secure: true, new AmqpCredential.Entra(entra()));
    }

    private static AmqpEndpoint ParseConnectionString(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at) parts[part[..at].TrimEnd()] = part[(at + 1)..].TrimStart();
        if (!Uri.TryCreate(Part("Endpoint"), UriKind.Absolute, out var url) || url.Scheme != "sb" || url.Host.Length == 0)
            throw new FormatException("The Service Bus connection string's Endpoint is no address; it looks like sb://NAME.servicebus.windows.net/.");
        var emulator = parts.TryGetValue("UseDevelopmentEmulator", out var flag) && flag.Equals("true", StringComparison.OrdinalIgnoreCase);
        return new(url.Host, url.Port > 0 ? url.Port : emulator ? PlainPort : TlsPort, !emulator, new AmqpCredential.SharedKey(Part("SharedAccessKeyName"), Part("SharedAccessKey")));

        string Part(string name) => parts.TryGetValue(name, out var value) && value.Length > 0
            ? value
            : throw new FormatException($"The Service Bus connection string has no {name}; copy it whole from the namespace's shared access policies.");
    }
}
