using MarketingAutomation.Storage;

namespace MarketingAutomation.Doctor;

/// <summary>The form of each variable, without showing any that is secret.</summary>
internal sealed class SettingsCheck(Surroundings surroundings) : ICheck
{
    private const string Reference = "@Microsoft.KeyVault(";

    public string Name => "settings";

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        List<Finding> findings = [.. References(), .. WriteKeys(), .. PublicUrl(), .. Smtp(), .. Azure(), .. Secrets(), .. Telemetry()];
        if (findings.Count == 0) findings.Add(new(Name, Severity.Fine, $"Every variable has its form; customers are kept in {(surroundings.HasStorage ? "Azure" : "the data folder")}."));
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    // The platform leaves the reference itself where the vault has no such secret, or the app may not read it.
    private IEnumerable<Finding> References() =>
        from name in new[] { Surroundings.Pepper, Surroundings.TrackingKey, Surroundings.WriteKeys, Surroundings.ConsoleKey, Surroundings.Smtp }
        where IsReference(surroundings[name])
        select Blocking($"{name} is a reference that the vault has not answered.", "Make the secret in the vault (azd hooks run postprovision), see that the app's identity has the role Key Vault Secrets User, then restart the app.");

    private IEnumerable<Finding> WriteKeys()
    {
        if (surroundings[Surroundings.WriteKeys] is not { } keys)
            yield return Warning($"{Surroundings.WriteKeys} is not set: events are taken from anybody.", "Set it to one key or several, parted by commas; `openssl rand -hex 16` makes one.");
        else if (!IsReference(keys) && keys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(key => key.Length < 16))
            yield return Warning($"{Surroundings.WriteKeys} has a key of fewer than 16 characters, which can be guessed.", "Replace it; `openssl rand -hex 16` makes one.");
    }

    private IEnumerable<Finding> PublicUrl()
    {
        if (surroundings[Surroundings.PublicUrl] is not { } text)
            yield return Warning($"{Surroundings.PublicUrl} is not set: links in messages lead to this machine.", "Set it to where customers reach the server, such as https://mail.shop.example.");
        else if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 || url.Query.Length > 0)
            yield return Blocking($"{Surroundings.PublicUrl} is no address.", "Write it as https://host.");
        else if (url.Scheme == "http" || url.IsLoopback)
            yield return Warning($"{Surroundings.PublicUrl} is {url.GetLeftPart(UriPartial.Authority)}: mail programs offer one-click unsubscribing over https alone, and customers do not reach this machine.", "Set it to the https address customers reach.");
    }

    private IEnumerable<Finding> Smtp()
    {
        if (surroundings[Surroundings.Smtp] is not { } text)
        {
            if (surroundings.HasStorage) yield return Blocking($"{Surroundings.Smtp} is not set: nothing is sent.", "Put smtp://user:password@host:587 into the vault as the secret smtp (azd hooks run postprovision asks for it), then restart the app.");
            else yield return Warning($"{Surroundings.Smtp} is not set: messages become files in the data folder and are not sent.", "Set it to smtp://user:password@host:587 when customers are to get them.");
        }
        else if (!IsReference(text) && (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0))
            yield return Blocking($"{Surroundings.Smtp} is no address.", "Write it as smtp://user:password@host:587 or smtps://user:password@host:465, with special characters of user and password percent-encoded.");
    }

    private IEnumerable<Finding> Azure()
    {
        if (surroundings[Surroundings.Storage] is { } storage)
        {
            if (storage.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase))
                yield return Warning($"{Surroundings.Storage} holds a key to the account.", "Name the accounts only, as https://NAME.table.core.windows.net, and give the app's identity the role Storage Table Data Contributor.");
            else if (!storage.StartsWith("UseDevelopmentStorage", StringComparison.Ordinal) && storage.Split(',', StringSplitOptions.TrimEntries).Any(one => !IsTables(one)))
                yield return Blocking($"{Surroundings.Storage} is no list of table endpoints.", "Write it as https://NAME.table.core.windows.net, several parted by commas, the first always the same.");
        }
        if (surroundings[Surroundings.Bus] is { } bus && (bus.Contains("://", StringComparison.Ordinal) || bus.Contains('/') || Uri.CheckHostName(bus.Split(':')[0]) == UriHostNameType.Unknown))
            yield return Blocking($"{Surroundings.Bus} is no host name.", "Write it as NAME.servicebus.windows.net.");
        if (surroundings[Surroundings.BusConnection]?.Contains("SharedAccessKey=", StringComparison.OrdinalIgnoreCase) == true)
            yield return Warning($"{Surroundings.BusConnection} holds a key to the namespace.", $"Set {Surroundings.Bus} to its host name instead, and give the app's identity the roles Azure Service Bus Data Sender and Receiver on the queues.");
        if (surroundings.HasStorage != surroundings.HasBus)
            yield return Warning($"{(surroundings.HasStorage ? Surroundings.Storage : Surroundings.Bus)} is set and {(surroundings.HasStorage ? Surroundings.Bus : Surroundings.Storage)} is not: half is in Azure, half in the data folder.", "Set both, or neither.");
        if (surroundings[Surroundings.BusCredential] is { } credential && credential != "managedidentity")
            yield return Blocking($"{Surroundings.BusCredential} is not managedidentity.", "Set it so, or leave it out outside Azure.");
        if (surroundings[Surroundings.BusClientId] is { } client && !Guid.TryParse(client, out _))
            yield return Blocking($"{Surroundings.BusClientId} is no client id.", "Set it to the client id of the app's identity, a GUID.");
    }

    private IEnumerable<Finding> Secrets()
    {
        var (pepper, tracking) = (surroundings[Surroundings.Pepper], surroundings[Surroundings.TrackingKey]);
        foreach (var (name, secret) in new[] { (Surroundings.Pepper, pepper), (Surroundings.TrackingKey, tracking) })
            if (secret is not null && !IsReference(secret) && Deployments.Parse(secret) is null)
                yield return Blocking($"{name} is not 32 bytes in base64.", "Make it once with `openssl rand -base64 32` and never change it.");
        if (pepper is not null && pepper == tracking)
            yield return Blocking($"{Surroundings.Pepper} and {Surroundings.TrackingKey} are the same.", "Make another tracking key, before the first message is sent.");
        if (surroundings.HasStorage && (pepper is null || tracking is null))
            yield return Warning($"{(pepper is null ? Surroundings.Pepper : Surroundings.TrackingKey)} is not set: the secret lies beside the data it protects.", "Keep it in a vault; `azd up` does.");
    }

    private IEnumerable<Finding> Telemetry()
    {
        if (surroundings[Surroundings.Insights] is { } insights && !insights.Contains("InstrumentationKey=", StringComparison.OrdinalIgnoreCase))
            yield return Blocking($"{Surroundings.Insights} is no connection string.", "Copy it from the Application Insights resource: InstrumentationKey=…;IngestionEndpoint=https://….");
        else if (surroundings.HasStorage && surroundings[Surroundings.Insights] is null)
            yield return Warning($"{Surroundings.Insights} is not set: nobody sees what the app does, and no alert is raised.", "Set it to the connection string of an Application Insights resource.");
    }

    private static bool IsReference(string? value) => value?.StartsWith(Reference, StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsTables(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == "https" || url.IsLoopback) && url.Host.Length > 0;

    private Finding Warning(string what, string @do) => new(Name, Severity.Warning, what, @do);

    private Finding Blocking(string what, string @do) => new(Name, Severity.Blocking, what, @do);
}
