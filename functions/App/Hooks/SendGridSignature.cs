using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MarketingAutomation.Commands;

namespace MarketingAutomation.Hooks;

/// <summary>Checks that a post comes from SendGrid: ECDSA over P-256 and SHA-256 of the timestamp's characters and the body's bytes as they came.</summary>
/// <remarks>
/// No span of time is asked of the timestamp: nothing says whether a post that is repeated for a day keeps its first one, and a report told again is harmless.
/// Source: docs.sendgrid.com, Event Webhook Security Features.
/// </remarks>
internal sealed class SendGridSignature
{
    public const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature", TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    private readonly byte[] publicKey;

    /// <param name="publicKey">As SendGrid shows it: base64 of the SubjectPublicKeyInfo, without the lines around it.</param>
    /// <exception cref="CommandFault">It is none.</exception>
    public SendGridSignature(string publicKey)
    {
        try
        {
            this.publicKey = Convert.FromBase64String(publicKey);
            Key().Dispose();
        }
        catch (Exception none) when (none is FormatException or CryptographicException)
        {
            throw new CommandFault("MARKETING_SENDGRID_WEBHOOK_KEY is no public key; copy the verification key from SendGrid's Mail Settings, Signed Event Webhook.");
        }
    }

    /// <summary>Whatever the signature may be, the answer is yes or no.</summary>
    public bool Accepts(string? signature, string? timestamp, ReadOnlySpan<byte> body)
    {
        if (string.IsNullOrEmpty(signature) || string.IsNullOrEmpty(timestamp) || !Base64.IsValid(signature)) return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hash.AppendData(body);
        try
        {
            using var key = Key();
            return key.VerifyHash(hash.GetHashAndReset(), Convert.FromBase64String(signature), DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // no signature at all
        }
    }

    // One for each post, because its methods may not be called from several at once.
    private ECDsa Key()
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key;
    }
}
