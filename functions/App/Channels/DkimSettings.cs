using MarketingAutomation.Commands;
using MimeKit;
using MimeKit.Cryptography;

namespace MarketingAutomation.Channels;

/// <summary>Signs mail as coming from a domain (RFC 6376). RFC 8058 wants a signature that covers both unsubscribe headers: ours, where the mail server does not sign.</summary>
/// <param name="Selector">Names the key's record: <c>{selector}._domainkey.{domain}</c>.</param>
internal sealed record DkimSettings(string Selector, string Domain, string KeyFile)
{
    // What a reader sees, and what decides where answers go: none of it can be changed on the way.
    private static readonly HeaderId[] Signed =
    [
        HeaderId.From, HeaderId.ReplyTo, HeaderId.To, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId, HeaderId.MimeVersion,
        HeaderId.ListUnsubscribe, HeaderId.ListUnsubscribePost,
    ];

    /// <param name="text"><c>selector;domain;path</c>, the path of an RSA or Ed25519 private key in PEM.</param>
    /// <exception cref="CommandFault">It is none.</exception>
    public static DkimSettings Parse(string text) => text.Split(';', 3, StringSplitOptions.TrimEntries) is [{ Length: > 0 } selector, { Length: > 0 } domain, { Length: > 0 } file]
        ? new(selector, domain, file)
        : throw new CommandFault("MARKETING_DKIM is written as selector;domain;path-to-private-key.pem.");

    /// <exception cref="CommandFault">The key cannot be read.</exception>
    public DkimSigner Open()
    {
        try
        {
            return new(KeyFile, Domain, Selector) { HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed, BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            throw new CommandFault("MARKETING_DKIM names a file that is no private key in PEM, or that cannot be read.");
        }
    }

    /// <summary>Signs a message that is ready to be written.</summary>
    public static void Sign(DkimSigner signer, MimeMessage mime) => signer.Sign(mime, [.. Signed.Where(mime.Headers.Contains)]);
}
