namespace MarketingAutomation.Doctor;

/// <summary>A check of what receivers of mail ask for: a warning as long as messages become files, since nothing is refused yet.</summary>
internal sealed class WhileNothingIsSent(ICheck check) : ICheck
{
    public string Name => check.Name;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) =>
        [.. (await check.RunAsync(ct)).Select(finding => finding.Severity == Severity.Blocking ? finding with { Severity = Severity.Warning } : finding)];
}
