namespace MarketingAutomation.Doctor;

/// <summary>The environment variables the app reads, raw.</summary>
internal sealed record Surroundings(Func<string, string?> Variable)
{
    public const string
        WriteKeys = "MARKETING_WRITE_KEYS", PublicUrl = "MARKETING_PUBLIC_URL", Smtp = "MARKETING_SMTP", Storage = "MARKETING_STORAGE",
        Pepper = "MARKETING_PEPPER", TrackingKey = "MARKETING_TRACKING_KEY", Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING",
        Bus = "ServiceBus__fullyQualifiedNamespace", BusCredential = "ServiceBus__credential", BusClientId = "ServiceBus__clientId", BusConnection = "ServiceBus",
        ConsoleKey = "MARKETING_CONSOLE_KEY";

    /// <summary>Null where it is not set or empty.</summary>
    public string? this[string name] => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Whether customers are kept in Azure.</summary>
    public bool HasStorage => this[Storage] is not null;

    /// <summary>Whether messages wait in Azure.</summary>
    public bool HasBus => (this[Bus] ?? this[BusConnection]) is not null;
}
