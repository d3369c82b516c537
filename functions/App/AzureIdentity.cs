using Azure.Core;
using Azure.Identity;

namespace MarketingAutomation;

/// <summary>Who we are to Azure, where no connection string says it.</summary>
internal static class AzureIdentity
{
    /// <summary>The machine's own identity on Azure, <c>AZURE_CLIENT_ID</c> where it has several; elsewhere that of the person who is logged in.</summary>
    public static TokenCredential Current() =>
        Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT") is null
            ? new DefaultAzureCredential()
            : new ManagedIdentityCredential(Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned);
}
