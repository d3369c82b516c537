namespace MarketingAutomation.Doctor;

/// <summary>Looks at one thing and changes nothing that lasts.</summary>
internal interface ICheck
{
    string Name { get; }

    /// <summary>What it saw; nothing where there is nothing to look at.</summary>
    Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct);
}
