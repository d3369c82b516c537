namespace MarketingAutomation.Storage;

/// <summary>One bound parameter: text, bytes, or a whole number.</summary>
internal readonly struct SqliteValue
{
    private SqliteValue(object? reference, long number) => (Reference, Number) = (reference, number);

    /// <summary>A <c>string</c> or <c>byte[]</c>; null where the value is <see cref="Number"/>.</summary>
    public object? Reference { get; }

    public long Number { get; }

    public static implicit operator SqliteValue(string text) => new(text, 0);
    public static implicit operator SqliteValue(byte[] bytes) => new(bytes, 0);
    public static implicit operator SqliteValue(long number) => new(null, number);
}
