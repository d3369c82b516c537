using System.Net.Http.Headers;

namespace MarketingAutomation.EndToEnd;

/// <summary>Sends as SDKs do: one batch after the other, each again with the same messageIds until it is answered with success.</summary>
internal sealed class Sender(IReadOnlyList<byte[]> batches)
{
    private int next;

    public int Failures { get; private set; }

    public int Left => batches.Count - next;

    /// <summary>Sends until a part of all batches is acknowledged; stops at a batch that is not.</summary>
    /// <param name="part">0 to 1.</param>
    public async Task SendAsync(HttpClient http, double part, CancellationToken ct)
    {
        while (next < batches.Count * part)
        {
            if (!await TryAsync(http, batches[next], ct))
            {
                Failures++;
                return;
            }
            next++;
        }
    }

    private static async Task<bool> TryAsync(HttpClient http, byte[] batch, CancellationToken ct)
    {
        try
        {
            using var body = new ByteArrayContent(batch) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await http.PostAsync("/v1/batch", body, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // the server died before or while it answered; whether the batch is stored is not known
        }
    }
}
