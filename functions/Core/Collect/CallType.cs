namespace MarketingAutomation.Collect;

/// <summary>The six calls of the Segment spec.</summary>
public enum CallType { Identify, Track, Page, Screen, Group, Alias }
