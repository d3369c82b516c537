namespace MarketingAutomation;

/// <summary>One thing wrong with what somebody gave us, said so that they can mend it.</summary>
/// <param name="Where">Place: a file with JSON path and line (<c>journeys/welcome.json $.steps[1].send (line 12)</c>), a row, or a field.</param>
/// <param name="What">What is wrong and what to change, without personal data.</param>
public sealed record Problem(string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}
