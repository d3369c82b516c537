namespace MarketingAutomation.Doctor;

/// <summary>Looks at one thing and changes nothing that lasts.</summary>
internal interface ICheck
{
    string Name { get; }

    /// <summary>What it saw, at least one finding.</summary>
    Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct);
}
