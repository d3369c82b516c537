namespace MarketingAutomation.Bus;

/// <summary>A message put aside.</summary>
/// <param name="Id">Of this message in this queue.</param>
/// <param name="At">When it was put aside, UTC.</param>
/// <param name="DeliveryCount">How often it had been received.</param>
internal sealed record DeadLetter(string Queue, string Id, DateTimeOffset At, string Reason, int DeliveryCount, byte[] Body);

/// <summary>How many messages a queue holds.</summary>
/// <param name="Waiting">Can be received now.</param>
/// <param name="Scheduled">Fall due later.</param>
/// <param name="Locked">Received, and neither completed nor given back yet.</param>
/// <param name="Dead">Put aside.</param>
internal sealed record QueueCount(long Waiting, long Scheduled, long Locked, long Dead);
