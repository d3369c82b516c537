using System.Globalization;

namespace MarketingAutomation.Bus;

/// <summary>One message under one lock, as the file knows it.</summary>
/// <param name="Seq">The message's number.</param>
/// <param name="Until">When the lock ends, UTC ticks.</param>
/// <param name="Number">No other taking of messages has it.</param>
internal readonly record struct SqliteLock(string Queue, long Seq, long Until, long Number, int DeliveryCount)
{
    public static SqliteLock Of(Received message)
    {
        var dot = message.Lock.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) throw new FormatException("The message's lock is not of this bus.");
        return new(message.Queue, ToSeq(message.Id), ToNumber(message.Lock.AsSpan(0, dot)), ToNumber(message.Lock.AsSpan(dot + 1)), message.DeliveryCount);
    }

    public Received With(byte[] body) => new(Queue, ToId(Seq), string.Create(CultureInfo.InvariantCulture, $"{Until}.{Number}"), DeliveryCount, body);

    public static string ToId(long seq) => seq.ToString(CultureInfo.InvariantCulture);

    public static long ToSeq(string id) => ToNumber(id);

    private static long ToNumber(ReadOnlySpan<char> digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
