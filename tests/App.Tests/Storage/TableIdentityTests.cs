using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace MarketingAutomation.Storage;

public sealed class TableIdentityTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_without_keys_is_opened_with_a_token_of_its_own_audience()
    {
        var program = Azurite.ProgramOrSkip();
        var folder = Directory.CreateTempSubdirectory("marketing-");
        try
        {
            var (certificate, key) = Certificate(folder.FullName);
            await using var azurite = await AzuriteProcess.StartAsync(program, accounts: 1, "--oauth", "basic", "--cert", certificate, "--key", key);
            using var anyCertificate = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
            var (endpoint, credential) = (new TableServiceClient(azurite.Accounts[0]).Uri, new Tokens());
            var store = new TablePartitionStore(TableAccount.FromEndpoint(endpoint, credential, new(new()) { Transport = new HttpClientTransport(anyCertificate) }), TimeProvider.System);
            await store.CommitAsync("customers", "p", [new Write.Insert("a", [1])], Ct);
            Assert.Equal([1], (await store.ReadAsync("customers", "p", "a", Ct))!.Value);
            Assert.Equal(["https://storage.azure.com/.default"], credential.Asked.Distinct());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (string Certificate, string Key) Certificate(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    /// <summary>Tokens as Entra's in all that Azurite looks at: issuer, audience and times, not the signature.</summary>
    private sealed class Tokens : TokenCredential
    {
        public List<string> Asked { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Asked.AddRange(requestContext.Scopes);
            var (now, end) = (DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1));
            var token = $"{Part("""{"typ":"JWT","alg":"RS256"}""")}.{Part($$"""{"aud":"https://storage.azure.com","iss":"https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/","iat":{{now.ToUnixTimeSeconds()}},"nbf":{{now.AddMinutes(-1).ToUnixTimeSeconds()}},"exp":{{end.ToUnixTimeSeconds()}}}""")}.{Part("unsigned")}";
            return ValueTask.FromResult(new AccessToken(token, end));
        }

        private static string Part(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
