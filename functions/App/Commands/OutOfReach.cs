using Azure;
using Azure.Identity;
using MarketingAutomation.Bus;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

/// <summary>What to tell whoever's storage or bus in Azure cannot be reached or refuses.</summary>
internal static class OutOfReach
{
    /// <returns>One sentence without addresses and keys; null where the fault is of another kind.</returns>
    public static string? Explain(Exception fault) => fault switch
    {
        AuthenticationFailedException => "Azure does not know who asks; run `az login`, or give this machine an identity.", // its text names tenants and users
        RequestFailedException refused => $"The storage refuses with {refused.Status} {refused.ErrorCode}; check MARKETING_STORAGE, and that this identity has the role Storage Table Data Contributor.",
        StoreBusyException => $"{fault.Message} See that MARKETING_STORAGE names it, and that it can be reached from here.",
        BusUnavailableException or BusFullException or BusEntityException => fault.Message,
        _ => null,
    };
}
