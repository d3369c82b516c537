using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Customers;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Reports;

namespace MarketingAutomation;

/// <summary>How Core's records are written to rows and messages.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters = [typeof(OrdinalMapConverter)])]
[JsonSerializable(typeof(Customer))]
[JsonSerializable(typeof(LogEntry))]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(Input))]
[JsonSerializable(typeof(Effect))]
[JsonSerializable(typeof(List<Effect>))]
public sealed partial class CoreJson : JsonSerializerContext;
