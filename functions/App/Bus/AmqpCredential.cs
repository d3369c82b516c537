using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;

namespace MarketingAutomation.Bus;

/// <summary>A proof to be put on a connection for one audience.</summary>
internal sealed class AmqpToken(string type, string value, DateTimeOffset expires)
{
    public string Type { get; } = type;

    public string Value { get; } = value;

    public DateTimeOffset Expires { get; } = expires;
}

/// <summary>Who we are. Classes, not records: nothing prints a secret.</summary>
internal abstract class AmqpCredential
{
    private AmqpCredential() { }

    /// <summary>A token for one audience; null where the broker takes user and password instead.</summary>
    public abstract ValueTask<AmqpToken?> TokenAsync(string audience, DateTimeOffset now, TimeSpan life, CancellationToken ct);

    /// <summary>A shared access policy of the namespace.</summary>
    public sealed class SharedKey(string name, string key) : AmqpCredential
    {
        private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

        /// <remarks>Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas</remarks>
        public override ValueTask<AmqpToken?> TokenAsync(string audience, DateTimeOffset now, TimeSpan life, CancellationToken ct)
        {
            var (resource, expires) = (Uri.EscapeDataString(audience), now + life);
            var expiry = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{resource}\n{expiry}")));
            var value = $"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(signature)}&se={expiry}&skn={Uri.EscapeDataString(name)}";
            return new(new AmqpToken("servicebus.windows.net:sastoken", value, expires));
        }
    }

    /// <summary>A Microsoft Entra identity, such as the managed identity of a function app.</summary>
    public sealed class Entra(TokenCredential credential) : AmqpCredential
    {
        private static readonly TokenRequestContext Scope = new(["https://servicebus.azure.net/.default"]);

        public override async ValueTask<AmqpToken?> TokenAsync(string audience, DateTimeOffset now, TimeSpan life, CancellationToken ct)
        {
            var token = await credential.GetTokenAsync(Scope, ct);
            return new("jwt", token.Token, token.ExpiresOn);
        }
    }

    /// <summary>SASL PLAIN, for brokers without claims.</summary>
    public sealed class Password(string user, string password) : AmqpCredential
    {
        public string User { get; } = user;

        public string Secret { get; } = password;

        public override ValueTask<AmqpToken?> TokenAsync(string audience, DateTimeOffset now, TimeSpan life, CancellationToken ct) => new((AmqpToken?)null);
    }
}
