namespace MarketingAutomation.Commands;

/// <summary>The user asked for something that cannot be done; the message says in one sentence why and what to do.</summary>
internal sealed class CommandFault(string message) : Exception(message);
