using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Values of event properties as tallies keep them.</summary>
internal static class Scalars
{
    /// <summary>Longer texts are not kept, and so count as not there.</summary>
    public const int MostCharacters = 256;

    private const decimal MicrosPerOne = 1_000_000;

    private static readonly JsonEncodedText True = JsonEncodedText.Encode("true"), False = JsonEncodedText.Encode("false");

    /// <summary>The same text for equal values: JSON of a text, a number written as short as it can be, or a boolean. Null for everything else.</summary>
    public static string? Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: <= MostCharacters } text ? $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"" : null,
        JsonValueKind.Number => Value.NumberOf(value) is { } number ? (number / 1.0000000000000000000000000000m).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
        JsonValueKind.True => True.Value,
        JsonValueKind.False => False.Value,
        _ => null,
    };

    /// <summary>A number in millionths, so that sums come out the same in whatever order they are added. Null for what is no number, or beyond nine trillion.</summary>
    public static long? Micros(JsonElement value) =>
        Value.NumberOf(value) is { } number && Math.Abs(number) < 9_000_000_000_000m ? (long)Math.Round(number * MicrosPerOne, MidpointRounding.ToEven) : null;

    public static decimal OfMicros(Int128 micros)
    {
        var size = (UInt128)Int128.Abs(micros);
        return size >> 96 == 0 ? new((int)(uint)size, (int)(uint)(size >> 32), (int)(uint)(size >> 64), micros < 0, 6) : (decimal)micros / MicrosPerOne;
    }

    /// <summary>64 bits of a hash: two different values of one customer will not meet in it.</summary>
    public static long Hash(string canonical) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
}
