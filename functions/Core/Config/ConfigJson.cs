using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>Config records as text.</summary>
public static class ConfigJson
{
    /// <summary>The same text for the same condition, segment or other record, however its file was laid out: fit to be hashed into an id.</summary>
    public static string Canonical<T>(T value) where T : class
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            ShapeWriter.Write(writer, Shapes.Of(typeof(T)), value);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
