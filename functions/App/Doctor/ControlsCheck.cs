using System.Globalization;
using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Doctor;

/// <summary>What is paused or killed, lest it be forgotten.</summary>
internal sealed class ControlsCheck(Func<CancellationToken, Task<IPartitionStore?>> open, TimeProvider clock) : ICheck
{
    public string Name => "controls";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        try
        {
            return await open(ct) is { } store ? [.. (await new ControlStore(store, clock).ReadAsync(ct)).Standing.Select(Found)] : [];
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return []; // the check of the storage says so
        }
    }

    private Finding Found(Control control) => new(
        Name, Severity.Warning,
        $"{Begin(control.Scope.ToString())} is {control.Stop.ToString().ToLowerInvariant()} since {control.Since.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC by {control.By}{(control.Reason is { } reason ? $": {reason}" : "")}.",
        control.By == ControlDesk.Auto ? "Look at `marketing reception`, mend what customers complain of, then `marketing resume`." : "When it is over: `marketing resume`.");

    private static string Begin(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
