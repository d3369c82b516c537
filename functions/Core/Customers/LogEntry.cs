namespace MarketingAutomation.Customers;

/// <summary>One line of a customer's log: what came in, when it was decided with which catalog, and what was decided.</summary>
/// <param name="Notes">In words, ids and reasons only.</param>
public sealed record LogEntry(DateTimeOffset Now, long CatalogVersion, Input Input, IReadOnlyList<string> Notes);
