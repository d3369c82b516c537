namespace MarketingAutomation.Infra;

/// <summary>Public pay-as-you-go prices in US dollars, East US, looked up in November 2026. Check them again before relying on them: https://azure.microsoft.com/pricing</summary>
internal static class Prices
{
    /// <summary>Flex Consumption, on demand, beyond the monthly grant.</summary>
    /// <remarks>https://modal.com/blog/azure-function-pricing-guide (2025-05-22), https://go2share.net/article/azure-function-flex-consumption.</remarks>
    public const double GigabyteSecond = 0.000026, Execution = 0.40 / 1e6, GrantedGigabyteSeconds = 100_000, GrantedExecutions = 250_000;

    /// <summary>The shortest time an instance is billed for once it is busy.</summary>
    /// <remarks>https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#billing</remarks>
    public static readonly TimeSpan LeastBusy = TimeSpan.FromSeconds(1);

    /// <summary>Service Bus: Standard by the month with operations in steps, Premium by the unit and month of 730 hours. Steps as on the pricing page; amounts not confirmed there.</summary>
    /// <remarks>https://devblogs.microsoft.com/azure-sdk/azure-service-bus-performance: $10–15 for Standard with 10 M operations, $650–700 for Premium.</remarks>
    public const double BusStandard = 10, BusPremiumUnit = 677;

    public static readonly IReadOnlyList<(double UpTo, double PerMillion)> BusOperations = [(13e6, 0), (100e6, 0.80), (2_500e6, 0.50), (double.MaxValue, 0.20)];

    /// <summary>Table Storage, zone-redundant: a gigabyte and month, and ten thousand calls. Not confirmed on the pricing page.</summary>
    public const double TableGigabyte = 0.0563, TenThousandCalls = 0.00036;

    /// <summary>Log Analytics a gigabyte, beyond five; a metric alert for each series it watches. Not confirmed on the pricing page.</summary>
    public const double TelemetryGigabyte = 2.30, GrantedTelemetry = 5, AlertSeries = 0.10;
}
