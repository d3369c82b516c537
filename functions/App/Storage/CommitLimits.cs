using System.Buffers;

namespace MarketingAutomation.Storage;

/// <summary>What one commit may hold, the same in every adapter.</summary>
internal static class CommitLimits
{
    public const int MostWrites = 100;

    /// <summary>Keys and values together stay under this: in base64 and with a hundred envelopes that is under the 4 MiB of one request to Table Storage.</summary>
    public const int Bytes = 5 << 19;

    /// <summary>The longest value, 704 KiB: 11 properties of 64 KiB, in base64 under the 1 MiB of one entity of Table Storage.</summary>
    public const int ValueBytes = 11 << 16;

    /// <summary>The longest key, in characters. Table Storage would take twice that, but a hundred such keys, escaped, must fit into one request.</summary>
    public const int KeyLength = 256;

    // Table Storage forbids the first four and decodes a percent sign twice on some paths; its emulator takes a comma for the end of a key.
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Except(@"/\#?%,")]);

    /// <returns>Bytes of keys and values together.</returns>
    /// <exception cref="ArgumentException">Too many writes or none, too many bytes, a value too long, a key twice, or a key that not every adapter can keep.</exception>
    public static int Check(string partition, IReadOnlyList<Write> writes)
    {
        if (writes.Count is 0 or > MostWrites) throw new ArgumentException($"A commit has 1 to {MostWrites} writes, not {writes.Count}.", nameof(writes));
        if (!IsKey(partition)) throw new ArgumentException(@"A partition's key is 1 to 256 characters of ASCII without / \ # ? % , and control characters.", nameof(partition));
        var bytes = 0L;
        var keys = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        foreach (var write in writes)
        {
            if (!IsKey(write.Key)) throw new ArgumentException(@"A row's key is 1 to 256 characters of ASCII without / \ # ? % , and control characters.", nameof(writes));
            if (!keys.Add(write.Key)) throw new ArgumentException("A commit writes each row once.", nameof(writes));
            var length = Length(write);
            if (length > ValueBytes) throw new ArgumentException($"A value has at most {ValueBytes} bytes, not {length}; cut it over several rows.", nameof(writes));
            bytes += write.Key.Length + length;
        }
        return bytes < Bytes ? (int)bytes : throw new ArgumentException($"A commit is under {Bytes} bytes, not {bytes}.", nameof(writes));
    }

    /// <exception cref="ArgumentException">The name is not 3 to 63 letters a–z.</exception>
    public static void CheckTable(string name)
    {
        if (name.Length is < 3 or > 63 || name.AsSpan().ContainsAnyExceptInRange('a', 'z')) throw new ArgumentException("A table's name is 3 to 63 letters a–z.", nameof(name));
    }

    /// <summary>Whether a row or partition may be called so; nothing else is ever stored.</summary>
    public static bool IsKey(string key) => key.Length is > 0 and <= KeyLength && !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    private static int Length(Write write) => write switch
    {
        Write.Insert insert => insert.Value.Length,
        Write.Replace replace => replace.Value.Length,
        Write.Put put => put.Value.Length,
        _ => 0,
    };
}
