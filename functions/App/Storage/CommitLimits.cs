using System.Buffers;

namespace MarketingAutomation.Storage;

/// <summary>What one commit may hold, the same in every adapter.</summary>
internal static class CommitLimits
{
    public const int MostWrites = 100;

    /// <summary>Keys and values together stay under this.</summary>
    public const int Bytes = 3 << 20;

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Except(@"/\#?")]);

    /// <returns>Bytes of keys and values together.</returns>
    /// <exception cref="ArgumentException">Too many writes or none, too many bytes, a key twice, or a key that not every adapter can keep.</exception>
    public static int Check(string partition, IReadOnlyList<Write> writes)
    {
        if (writes.Count is 0 or > MostWrites) throw new ArgumentException($"A commit has 1 to {MostWrites} writes, not {writes.Count}.", nameof(writes));
        if (!IsKey(partition)) throw new ArgumentException(@"A partition's key is ASCII without / \ # ? and control characters, and not empty.", nameof(partition));
        var bytes = 0L;
        var keys = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        foreach (var write in writes)
        {
            if (!IsKey(write.Key)) throw new ArgumentException(@"A row's key is ASCII without / \ # ? and control characters, and not empty.", nameof(writes));
            if (!keys.Add(write.Key)) throw new ArgumentException("A commit writes each row once.", nameof(writes));
            bytes += write.Key.Length + ValueBytes(write);
        }
        return bytes < Bytes ? (int)bytes : throw new ArgumentException($"A commit is under {Bytes} bytes, not {bytes}.", nameof(writes));
    }

    private static bool IsKey(string key) => key is not "" && !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    private static int ValueBytes(Write write) => write switch
    {
        Write.Insert insert => insert.Value.Length,
        Write.Replace replace => replace.Value.Length,
        Write.Put put => put.Value.Length,
        _ => 0,
    };
}
