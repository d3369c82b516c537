using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace MarketingAutomation.Collect;

/// <summary>Gives a call without a messageId one that stays the same when the call is sent again.</summary>
/// <remarks>
/// It is the hash of the call's type and of its properties as they were sent and in the order they were sent, without <c>sentAt</c>,
/// the one property an SDK changes when it sends again. Whoever sends again sends the same bytes, so nothing is sorted or
/// rewritten: that would cost time and make only such calls equal as nobody sent twice.
/// </remarks>
public static class MissingMessageId
{
    /// <param name="type">Null where the call has no valid one.</param>
    public static string For(JsonElement call, CallType? type)
    {
        var text = new ArrayBufferWriter<byte>(RawJson.Of(call).Length + 16);
        Part(text, [type is { } known ? (byte)('0' + (int)known) : (byte)'-']);
        foreach (var property in call.EnumerateObject())
        {
            if (RawJson.Named(property, "sentAt"u8)) continue;
            Part(text, JsonMarshal.GetRawUtf8PropertyName(property));
            Part(text, RawJson.Of(property.Value));
        }
        return "hash-" + Hash.Text(SHA256.HashData(text.WrittenSpan), 32);
    }

    // Ended by NUL, which JSON cannot hold, so that no two calls run together into the same text.
    private static void Part(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> part)
    {
        text.Write(part);
        text.Write("\0"u8);
    }
}
