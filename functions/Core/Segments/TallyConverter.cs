using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Segments;

/// <summary>Writes a tally as one short text: numbers of varying length, times as the distances between them, all in base64.</summary>
public sealed class TallyConverter : JsonConverter<Tally>
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond, Cent = 10_000; // of ticks and of millionths: what most times and amounts are multiples of

    // 2000-01-01; earlier times are negative, which costs nothing.
    private static readonly long Epoch = new DateTime(2000, 1, 1).Ticks;

    [Flags]
    private enum Parts : byte { None = 0, Count = 1, Sum = 2, Times = 4, Numbers = 8, Texts = 16, Milliseconds = 32, Cents = 64 }

    public override Tally Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var from = new Reader(reader.GetBytesFromBase64());
        var parts = (Parts)from.Byte();
        long unit = parts.HasFlag(Parts.Milliseconds) ? Millisecond : 1, worth = parts.HasFlag(Parts.Cents) ? Cent : 1;
        var count = parts.HasFlag(Parts.Count) ? (long)from.Signed() : 0;
        var sum = parts.HasFlag(Parts.Sum) ? from.Signed() : 0;
        var last = Epoch;
        return new(
            count,
            sum,
            parts.HasFlag(Parts.Times) ? from.Array(() => last += (long)from.Signed() * unit) : [],
            parts.HasFlag(Parts.Numbers) ? from.Array(() => (long)from.Signed() * worth) : [],
            parts.HasFlag(Parts.Texts) ? from.Array(from.Text) : []);
    }

    public override void Write(Utf8JsonWriter writer, Tally value, JsonSerializerOptions options)
    {
        var (milliseconds, cents) = (value.Times.All(time => (time - Epoch) % Millisecond == 0), value.Numbers.All(number => number % Cent == 0));
        var to = new MemoryStream();
        to.WriteByte((byte)(
            (value.Count != 0 ? Parts.Count : 0) | (value.Sum != 0 ? Parts.Sum : 0) | (value.Times.Length > 0 ? Parts.Times : 0) | (value.Numbers.Length > 0 ? Parts.Numbers : 0)
            | (value.Texts.Length > 0 ? Parts.Texts : 0) | (milliseconds ? Parts.Milliseconds : 0) | (cents ? Parts.Cents : 0)));
        if (value.Count != 0) Signed(to, value.Count);
        if (value.Sum != 0) Signed(to, value.Sum);
        var last = Epoch;
        Array(to, value.Times, time => { Signed(to, (time - last) / (milliseconds ? Millisecond : 1)); last = time; });
        Array(to, value.Numbers, number => Signed(to, number / (cents ? Cent : 1)));
        Array(to, value.Texts, text => Text(to, text));
        writer.WriteBase64StringValue(to.GetBuffer().AsSpan(0, (int)to.Length));
    }

    private static void Array<T>(MemoryStream to, ImmutableArray<T> items, Action<T> write)
    {
        if (items.Length == 0) return;
        Signed(to, items.Length);
        foreach (var item in items) write(item);
    }

    private static void Text(MemoryStream to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Signed(to, bytes.Length);
        to.Write(bytes);
    }

    // Zigzag, then seven bits a byte, lowest first.
    private static void Signed(MemoryStream to, Int128 number)
    {
        var rest = (UInt128)((number << 1) ^ (number >> 127));
        for (; rest >= 0x80; rest >>= 7) to.WriteByte((byte)(0x80 | (byte)(rest & 0x7f)));
        to.WriteByte((byte)rest);
    }

    private sealed class Reader(byte[] bytes)
    {
        private int at;

        public byte Byte() => at < bytes.Length ? bytes[at++] : throw new JsonException("A tally is cut off.");

        public Int128 Signed()
        {
            UInt128 number = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = Byte();
                number |= (UInt128)(part & 0x7f) << shift;
                if (part < 0x80) return (Int128)(number >> 1) ^ -(Int128)(number & 1);
            }
        }

        public ImmutableArray<T> Array<T>(Func<T> read)
        {
            var length = (int)Signed();
            var items = ImmutableArray.CreateBuilder<T>(length);
            for (var i = 0; i < length; i++) items.Add(read());
            return items.MoveToImmutable();
        }

        public string Text()
        {
            var length = (int)Signed();
            var text = Encoding.UTF8.GetString(bytes, at, length);
            at += length;
            return text;
        }
    }
}
