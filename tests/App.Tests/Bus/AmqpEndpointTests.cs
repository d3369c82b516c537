using Azure.Core;

namespace MarketingAutomation.Bus;

public sealed class AmqpEndpointTests
{
    [Theory]
    [InlineData("Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0PQ==", "shop.servicebus.windows.net", 5671, true)]
    [InlineData(" sharedaccesskey=c2VjcmV0PQ==; endpoint = sb://shop.servicebus.windows.net ;SharedAccessKeyName=send;", "shop.servicebus.windows.net", 5671, true)]
    [InlineData("Endpoint=sb://localhost:5999;SharedAccessKeyName=send;SharedAccessKey=k;UseDevelopmentEmulator=true;", "localhost", 5999, false)]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=send;SharedAccessKey=k;UseDevelopmentEmulator=true", "localhost", 5672, false)]
    public void A_connection_string_says_where_the_bus_is(string setting, string host, int port, bool secure)
    {
        var endpoint = AmqpEndpoint.Parse(setting, NoIdentity);
        Assert.Equal((host, port, secure), (endpoint.Host, endpoint.Port, endpoint.Secure));
        Assert.IsType<AmqpCredential.SharedKey>(endpoint.Credential);
    }

    [Fact]
    public void A_bare_host_name_signs_in_by_identity()
    {
        var endpoint = AmqpEndpoint.Parse("shop.servicebus.windows.net", () => DelegatedTokenCredential.Create((_, _) => default));
        Assert.Equal(("shop.servicebus.windows.net", 5671, true), (endpoint.Host, endpoint.Port, endpoint.Secure));
        Assert.IsType<AmqpCredential.Entra>(endpoint.Credential);
    }

    [Theory]
    [InlineData("Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=send", "has no SharedAccessKey")]
    [InlineData("SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0PQ==", "has no Endpoint")]
    [InlineData("Endpoint=https://shop;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0PQ==", "Endpoint is no address")]
    [InlineData("c2VjcmV0PQ==", "has no Endpoint")]
    [InlineData("not a host", "neither a connection string")]
    public void A_setting_that_is_neither_is_refused_without_quoting_it(string setting, string why)
    {
        var fault = Assert.Throws<FormatException>(() => AmqpEndpoint.Parse(setting, NoIdentity));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2Vj", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_a_shared_key_is_signed_as_the_service_documents()
    {
        var token = await new AmqpCredential.SharedKey("send", "c2VjcmV0").TokenAsync("sb://shop.servicebus.windows.net/events", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        // openssl dgst -sha256 -hmac c2VjcmV0 -binary over "sb%3A%2F%2Fshop.servicebus.windows.net%2Fevents\n1700003600", in base64
        Assert.Equal("SharedAccessSignature sr=sb%3A%2F%2Fshop.servicebus.windows.net%2Fevents&sig=fdV25dclx7x%2BAilL7ORsY1mpHtsVgE%2Bvl3TY%2FEV8vOg%3D&se=1700003600&skn=send", token!.Value);
    }

    private static TokenCredential NoIdentity() => throw new NotSupportedException();
}
