using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MarketingAutomation.Collect;

/// <summary>
/// Gives every call made of a row its messageId: the hash of the row's text, how many identical rows there were up to it, and which call it is. Two identical
/// rows are two purchases; the same file read again, or another export that holds the same rows, gives the same ids.
/// </summary>
/// <remarks>Remembers about 30 bytes for each different row of the file.</remarks>
internal sealed class RowIds
{
    private const int RowCharacters = 26, CallCharacters = 8; // 130 and 40 bits

    // Cut to 64 bits: rows that collide by chance only skip a number, and every time the same.
    private readonly Dictionary<long, int> seen = [];
    private readonly byte[] row = new byte[SHA256.HashSizeInBytes];
    private int occurrence;

    /// <summary>Call once for each row, in the file's order.</summary>
    public void Next(ReadOnlySpan<byte> text)
    {
        SHA256.HashData(text, row);
        occurrence = ++CollectionsMarshal.GetValueRefOrAddDefault(seen, BinaryPrimitives.ReadInt64BigEndian(row), out _);
    }

    /// <summary>Of one call of the row given last.</summary>
    /// <param name="call">Tells the row's calls apart: <see cref="NameOf"/>.</param>
    public string Of(string call) => $"row-{Hash.Text(row, RowCharacters)}-{occurrence}-{call}";

    /// <param name="index">Place of the call among those of its row.</param>
    /// <param name="eventName">As written in the mapping, so that equal rows of an order file and of a login file differ.</param>
    public static string NameOf(int index, string eventName) => Hash.Id($"{index}", eventName)[..CallCharacters];
}
