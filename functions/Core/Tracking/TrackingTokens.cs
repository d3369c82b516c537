using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Tracking;

/// <summary>Writes and reads the signed tokens that stand in links, pixels and unsubscribe addresses.</summary>
/// <remarks>
/// <para>
/// <c>v1.{key id}.{customer key}.{delivery}[.{link}.{destination} | .{topic}].{signature}</c>: destination and topic are base64url of their
/// UTF-8; a long destination is cut by <c>/</c> into path segments of at most 260 characters, which is all http.sys lets through
/// (<c>UrlSegmentMaxLength</c>). The signature covers every character before its dot and is compared as text, so there is one spelling of
/// every token and no other.
/// </para>
/// <para>
/// Signed with HMAC-SHA256, each scope with a key of its own (HKDF), so that a token of one scope means nothing in another. The
/// signature is cut to 128 bits, half of the hash, as RFC 2104 §5 allows: whoever guesses gets one try per request, and 22 characters
/// instead of 43 in every link keep the message small.
/// </para>
/// <para>Tokens do not expire: people unsubscribe from old messages too.</para>
/// </remarks>
public sealed class TrackingTokens
{
    private const int SegmentCharacters = 180;      // with the 70 characters before the destination still under 260
    private const int SignatureBytes = 16, SignatureCharacters = 22;
    private const int MostCharacters = LinkTarget.MostCharacters * 4 / 3 + 300;

    private readonly string keyId;
    private readonly byte[] openKey, clickKey, unsubscribeKey, preferencesKey, whyKey, viewKey;

    /// <param name="key">The deployment's secret, 32 bytes.</param>
    public TrackingTokens(byte[] key)
    {
        keyId = Hash.Keyed(key, "tracking key id")[..4];
        openKey = Derive("open");
        clickKey = Derive("click");
        unsubscribeKey = Derive("unsubscribe");
        preferencesKey = Derive("preferences");
        whyKey = Derive("why");
        viewKey = Derive("view");

        byte[] Derive(string scope) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: Encoding.ASCII.GetBytes($"tracking v1 {scope}"));
    }

    /// <returns>Letters, digits, <c>. - _</c> and, with a long destination, <c>/</c>.</returns>
    /// <exception cref="ArgumentException">An id is not made of letters, digits and <c>-</c>.</exception>
    public string Write(TrackingToken token)
    {
        var signed = $"v1.{keyId}.{Id(token.Customer.Value)}.{Id(token.Delivery)}{Rest(token)}";
        return $"{signed}.{Sign(KeyOf(token.GetType()), signed)}";
    }

    /// <summary>Reads a token of the scope <typeparamref name="T"/>; whatever else the text may be, the answer is no.</summary>
    public bool TryRead<T>(string text, [NotNullWhen(true)] out T? token) where T : TrackingToken
    {
        token = null;
        if (text.Length is <= SignatureCharacters or > MostCharacters || !Ascii.IsValid(text)) return false;

        var signed = text[..^(SignatureCharacters + 1)];
        var expected = $"{signed}.{Sign(KeyOf(typeof(T)), signed)}";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(text))) return false;

        // From here on the text is our own and of this scope, if perhaps of another version or with a destination no longer welcome.
        TrackingToken? read = signed.Split('.') switch
        {
            ["v1", _, var customer, var delivery] when typeof(T) == typeof(TrackingToken.Preferences) => new TrackingToken.Preferences(new(customer), delivery),
            ["v1", _, var customer, var delivery] when typeof(T) == typeof(TrackingToken.Why) => new TrackingToken.Why(new(customer), delivery),
            ["v1", _, var customer, var delivery] when typeof(T) == typeof(TrackingToken.View) => new TrackingToken.View(new(customer), delivery),
            ["v1", _, var customer, var delivery] => new TrackingToken.Open(new(customer), delivery),
            ["v1", _, var customer, var delivery, var topic] => new TrackingToken.Unsubscribe(new(customer), delivery, Plain(topic)),
            ["v1", _, var customer, var delivery, var link, var destination] when LinkTarget.TryRead(Plain(destination), out var target) =>
                new TrackingToken.Click(new(customer), delivery, int.Parse(link, CultureInfo.InvariantCulture), target),
            _ => null,
        };
        token = read as T;
        return token is not null;
    }

    private byte[] KeyOf(Type scope) =>
        scope == typeof(TrackingToken.Open) ? openKey
        : scope == typeof(TrackingToken.Click) ? clickKey
        : scope == typeof(TrackingToken.Unsubscribe) ? unsubscribeKey
        : scope == typeof(TrackingToken.Preferences) ? preferencesKey
        : scope == typeof(TrackingToken.Why) ? whyKey
        : scope == typeof(TrackingToken.View) ? viewKey
        : throw new UnreachableException($"No key for {scope.Name}");

    private static string Rest(TrackingToken token) => token switch
    {
        TrackingToken.Open or TrackingToken.Preferences or TrackingToken.Why or TrackingToken.View => "",
        TrackingToken.Click click => string.Create(CultureInfo.InvariantCulture, $".{click.Link}.{Segments(Coded(click.Destination.Address))}"),
        TrackingToken.Unsubscribe unsubscribe => $".{Coded(unsubscribe.Topic)}",
        _ => throw new UnreachableException($"No form for {token.GetType().Name}"),
    };

    private static string Id(string id) =>
        id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? id : throw new ArgumentException("An id holds a character other than letters, digits and '-'.");

    private static string Sign(byte[] key, string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text), hash);
        return Base64Url.EncodeToString(hash[..SignatureBytes]);
    }

    private static string Coded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Plain(string coded) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(coded.Replace("/", "", StringComparison.Ordinal)));

    private static string Segments(string text) => text.Length <= SegmentCharacters ? text : string.Join('/', text.Chunk(SegmentCharacters).Select(chunk => new string(chunk)));
}
