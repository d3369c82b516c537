namespace MarketingAutomation.Storage;

/// <summary>The tables there are.</summary>
internal static class Tables
{
    public const string Customers = "customers", Facts = "facts", Suppressions = "suppressions", Quarantine = "quarantine", Catalogs = "catalogs", Deployment = "deployment", Imports = "imports", Members = "members", Rebuilds = "rebuilds", Rates = "rates", Callbacks = "callbacks", Waiting = "waiting", Receptions = "receptions";
}
