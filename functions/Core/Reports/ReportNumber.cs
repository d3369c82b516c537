using System.Globalization;

namespace MarketingAutomation.Reports;

/// <summary>How reports write numbers: the same on every machine, with no more digits than are meant.</summary>
internal static class ReportNumber
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Six significant digits; the last bits of logarithms differ from machine to machine.</summary>
    public static double Rounded(double value) => double.Parse(value.ToString("G6", Culture), Culture);

    /// <summary>Without the trailing zeros that sums of amounts collect.</summary>
    public static decimal Plain(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>For machines: <c>1234.5</c>.</summary>
    public static string Raw(double value) => Rounded(value).ToString("R", Culture);

    public static string Raw(decimal value) => Plain(value).ToString(Culture);

    public static string Raw(long value) => value.ToString(Culture);

    /// <summary>For people: <c>1,234</c>.</summary>
    public static string Count(double value) => value.ToString("#,##0", Culture);

    public static string Amount(decimal value) => value.ToString("#,##0.00", Culture);

    /// <summary>A fraction of 1 as <c>12.3 %</c>.</summary>
    public static string Percent(double value) => $"{Tenths(value)} %";

    /// <summary>Fractions of 1 as <c>1.2 – 3.4 %</c>.</summary>
    public static string Percent(Interval value) => $"{Tenths(value.Low)} – {Tenths(value.High)} %";

    /// <summary>A difference of fractions of 1 as <c>+1.50</c> percentage points.</summary>
    public static string Points(double value) => (value * 100).ToString("+0.00;-0.00;0.00", Culture);

    /// <summary>A relative change as <c>+33.3 %</c>.</summary>
    public static string Change(double value) => (value * 100).ToString("+#,##0.0;-#,##0.0;0.0", Culture) + " %";

    public static string Chance(double value) => value < 0.0001 ? "below 0.0001" : value.ToString("0.0000", Culture);

    public static string Instant(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm", Culture) + " UTC";

    private static string Tenths(double value) => (value * 100).ToString("0.0", Culture);
}
