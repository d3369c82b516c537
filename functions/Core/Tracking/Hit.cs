namespace MarketingAutomation.Tracking;

/// <summary>What was touched in a message.</summary>
public enum HitKind { Open, Click }

/// <summary>Who touched it, as far as one can tell; only <see cref="Human"/> moves journeys and counts in rates.</summary>
public enum HitBy { Human, LikelyMachine, Machine }
