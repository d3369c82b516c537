using MarketingAutomation.Commands;

namespace MarketingAutomation.Storage;

/// <summary>Opens the storage accounts that <c>MARKETING_STORAGE</c> names.</summary>
internal static class TableStores
{
    /// <param name="setting">Connection strings, or endpoints such as <c>https://NAME.table.core.windows.net</c> which are opened with the machine's
    /// identity; parted by commas. The first account holds the shard map.</param>
    /// <exception cref="CommandFault">The setting is none of that; its text, which may hold keys, is not repeated.</exception>
    public static ShardedPartitionStore Open(string setting, TimeProvider clock, RoundTrips? trips = null, ShardTimes? times = null)
    {
        var options = new TableOptions(trips ?? new());
        TableAccount[] accounts = [.. setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select((text, i) => Account(text, i + 1, options))];
        if (accounts.Length == 0) throw new CommandFault("MARKETING_STORAGE is empty; write a connection string or https://NAME.table.core.windows.net, several parted by commas.");
        if (accounts.GroupBy(account => account.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new CommandFault($"MARKETING_STORAGE names the storage account {twice.Key} twice; name each once.");
        return new([.. accounts.Select(account => new TablePartitionStore(account, clock))], times ?? ShardTimes.Default, clock);
    }

    private static TableAccount Account(string text, int place, TableOptions options)
    {
        try
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint)) return TableAccount.FromConnectionString(text, options);
            if (endpoint is { Scheme: "https", Host.Length: > 0, UserInfo: "", Query: "" }) return TableAccount.FromEndpoint(endpoint, AzureIdentity.Current(), options);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException) { } // its message may repeat the key
        throw new CommandFault($"MARKETING_STORAGE, account {place}: this is neither a connection string nor an address such as https://NAME.table.core.windows.net.");
    }
}
