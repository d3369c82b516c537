namespace MarketingAutomation.Commands.Import;

/// <summary>One row of a history file.</summary>
/// <param name="Line">Line of the file on which it starts, from 1.</param>
/// <param name="Calls">Calls to collect, each a JSON object in UTF-8; none where the row was rejected or no call was wanted of it.</param>
/// <param name="RejectReason">Why it could not be used, without anything it says; null where it could.</param>
/// <param name="Text">The rejected row as it stands in the file, for whoever mends it; it may hold personal data. Empty where the row was not rejected.</param>
internal sealed record ImportRow(long Line, IReadOnlyList<byte[]> Calls, string? RejectReason, byte[] Text);
