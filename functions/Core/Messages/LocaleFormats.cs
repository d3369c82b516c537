using System.Collections.Frozen;
using System.Globalization;

namespace MarketingAutomation.Messages;

/// <summary>How one language writes dates, numbers and amounts of money.</summary>
/// <remarks>
/// Source: Unicode CLDR 48, as the formats of <c>Intl</c> in a browser show it; a test compares. Held here, because the machine's own data
/// differ from machine to machine. A language that is not here writes what nobody misreads: <c>2026-03-01</c>, <c>1234.5</c>, <c>EUR 12.50</c>.
/// </remarks>
public sealed class LocaleFormats
{
    private const string NoBreak = "\u00a0", NarrowNoBreak = "\u202f";

    private static readonly LocaleFormats Neutral = new("", "yyyy-MM-dd", "yyyy-MM-dd", "yyyy-MM-dd", "HH:mm", ".", "") { SymbolGap = NoBreak, Symbols = "" };

    private static readonly FrozenDictionary<string, LocaleFormats> All = new LocaleFormats[]
    {
        new("en", "MMM d, yyyy", "MMMM d, yyyy", "dddd, MMMM d, yyyy", "h:mm tt", ".", ",")
        {
            Symbols = "USD $ JPY ¥ PHP ₱",
        },
        new("en-GB", "d MMM yyyy", "d MMMM yyyy", "dddd, d MMMM yyyy", "HH:mm", ".", ",")
        {
            ShortMonths = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
            Symbols = "PHP ₱",
        },
        new("zh", "yyyy'年'M'月'd'日'", "yyyy'年'M'月'd'日'", "yyyy'年'M'月'd'日'dddd", "HH:mm", ".", ",")
        {
            Months = "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
            ShortMonths = "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
            Days = "星期日 星期一 星期二 星期三 星期四 星期五 星期六",
            ShortDays = "周日 周一 周二 周三 周四 周五 周六",
            HalfDays = "上午 下午",
            Symbols = "CNY ¥ AUD AU$",
        },
        new("ja", "yyyy/MM/dd", "yyyy'年'M'月'd'日'", "yyyy'年'M'月'd'日'dddd", "H:mm", ".", ",")
        {
            Months = "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
            ShortMonths = "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
            Days = "日曜日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日",
            ShortDays = "日 月 火 水 木 金 土",
            HalfDays = "午前 午後",
            Symbols = "USD $ JPY ￥ CNY 元",
        },
        new("de", "dd.MM.yyyy", "d. MMMM yyyy", "dddd, d. MMMM yyyy", "HH:mm", ",", ".")
        {
            Months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            ShortMonths = "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
            Days = "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
            ShortDays = "So Mo Di Mi Do Fr Sa",
            SymbolLast = true,
            Symbols = "USD $ JPY ¥ AUD AU$",
        },
        new("fr", "d MMM yyyy", "d MMMM yyyy", "dddd d MMMM yyyy", "HH:mm", ",", NarrowNoBreak)
        {
            Months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            ShortMonths = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
            Days = "dimanche lundi mardi mercredi jeudi vendredi samedi",
            ShortDays = "dim. lun. mar. mer. jeu. ven. sam.",
            SymbolLast = true,
            Symbols = "USD $US GBP £GB JPY JPY CNY CNY AUD $AU CAD $CA MXN $MX HKD HKD TWD TWD SGD $SG NZD $NZ CLP $CL",
        },
        new("es", "d MMM yyyy", "d 'de' MMMM 'de' yyyy", "dddd, d 'de' MMMM 'de' yyyy", "H:mm", ",", ".")
        {
            Months = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            ShortMonths = "ene feb mar abr may jun jul ago sept oct nov dic",
            Days = "domingo lunes martes miércoles jueves viernes sábado",
            ShortDays = "dom lun mar mié jue vie sáb",
            HalfDays = $"a.{NarrowNoBreak}m. p.{NarrowNoBreak}m.",
            GroupsFourDigits = false,
            SymbolLast = true,
            Symbols = "GBP GBP JPY JPY CNY CNY KRW KRW INR INR AUD AUD CAD CAD BRL BRL MXN MXN HKD HKD TWD TWD NZD NZD ILS ILS",
        },
        new("it", "d MMM yyyy", "d MMMM yyyy", "dddd d MMMM yyyy", "HH:mm", ",", ".")
        {
            Months = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            ShortMonths = "gen feb mar apr mag giu lug ago set ott nov dic",
            Days = "domenica lunedì martedì mercoledì giovedì venerdì sabato",
            ShortDays = "dom lun mar mer gio ven sab",
            GroupsFourDigits = false,
            SymbolLast = true,
            Symbols = "USD USD JPY JPY KRW KRW INR INR BRL BRL MXN MXN HKD HKD TWD TWD VND VND PHP ₱",
        },
        new("pt", "d 'de' MMM 'de' yyyy", "d 'de' MMMM 'de' yyyy", "dddd, d 'de' MMMM 'de' yyyy", "HH:mm", ",", ".")
        {
            Months = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            ShortMonths = "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
            Days = "domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado",
            ShortDays = "dom. seg. ter. qua. qui. sex. sáb.",
            SymbolGap = NoBreak,
            Symbols = "AUD AU$",
        },
        new("nl", "d MMM yyyy", "d MMMM yyyy", "dddd d MMMM yyyy", "HH:mm", ",", ".")
        {
            Months = "januari februari maart april mei juni juli augustus september oktober november december",
            ShortMonths = "jan feb mrt apr mei jun jul aug sep okt nov dec",
            Days = "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
            ShortDays = "zo ma di wo do vr za",
            HalfDays = "a.m. p.m.",
            SymbolGap = NoBreak,
            MinusAfterSymbol = true,
            Symbols = "AUD AU$ CAD C$",
        },
    }.ToFrozenDictionary(formats => formats.Locale, StringComparer.Ordinal);

    // Symbols that most languages share; where a language has its own, it stands there.
    private static readonly FrozenDictionary<string, string> Shared = Pairs(
        "USD US$ EUR € GBP £ JPY JP¥ CNY CN¥ KRW ₩ INR ₹ AUD A$ CAD CA$ BRL R$ MXN MX$ HKD HK$ TWD NT$ NZD NZ$ ILS ₪ VND ₫");

    // ISO 4217; all others have two.
    private static readonly FrozenSet<string>
        WithoutCents = FrozenSet.Create(StringComparer.Ordinal, "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
        WithMils = FrozenSet.Create(StringComparer.Ordinal, "BHD", "JOD", "KWD", "OMR", "TND");

    private readonly string medium, @long, full, time, decimalSeparator, groupSeparator;
    private CultureInfo? culture;
    private FrozenDictionary<string, string>? symbols;

    private LocaleFormats(string locale, string medium, string @long, string full, string time, string decimalSeparator, string groupSeparator) =>
        (Locale, this.medium, this.@long, this.full, this.time, this.decimalSeparator, this.groupSeparator) = (locale, medium, @long, full, time, decimalSeparator, groupSeparator);

    public string Locale { get; }

    private string Months { get; init; } = "January February March April May June July August September October November December";

    private string ShortMonths { get; init; } = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";

    private string Days { get; init; } = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";

    private string ShortDays { get; init; } = "Sun Mon Tue Wed Thu Fri Sat";

    private string HalfDays { get; init; } = "AM PM";

    /// <summary>Whether a thousand is parted as ten thousand is.</summary>
    private bool GroupsFourDigits { get; init; } = true;

    private bool SymbolLast { get; init; }

    private string SymbolGap { get; init; } = "";

    private bool MinusAfterSymbol { get; init; }

    private string Symbols { get; init; } = "";

    /// <summary>Those of the language, of a nearer one to it, or the neutral ones.</summary>
    public static LocaleFormats Of(string locale) => Locales.Choose(locale, "", All.Keys) is { } known ? All[known] : Neutral;

    /// <summary>Whether there are formats for the language.</summary>
    public static bool Know(string locale) => Of(locale) != Neutral;

    public static IEnumerable<string> Known => All.Keys.Order(StringComparer.Ordinal);

    /// <param name="style"><c>medium</c>, <c>long</c>, <c>full</c>, <c>time</c>, or a .NET pattern such as <c>d MMMM</c>, whose names are the language's.</param>
    public string Date(DateTime there, string style) => there.ToString(
        style switch { "medium" => medium, "long" => @long, "full" => full, "time" => time, [var letter] => $"%{letter}", _ => style }, Culture);

    /// <param name="decimals">How many are written; at most three and no zeros at the end where null.</param>
    public string Number(decimal number, int? decimals)
    {
        number = Math.Round(number, decimals ?? 3, MidpointRounding.AwayFromZero);
        var whole = groupSeparator.Length > 0 && (GroupsFourDigits || Math.Abs(number) >= 10_000) ? "#,##0" : "0";
        var text = number.ToString(decimals is null ? $"{whole}.###" : decimals == 0 ? whole : $"{whole}.{new string('0', decimals.Value)}", Culture);
        return number == 0 ? text.TrimStart('-') : text;
    }

    /// <param name="currency">ISO 4217 code in capitals; shown as it is where the language has no sign for it.</param>
    public string Money(decimal amount, string currency)
    {
        var number = Number(amount, WithoutCents.Contains(currency) ? 0 : WithMils.Contains(currency) ? 3 : 2);
        var minus = number[0] == '-' ? "-" : "";
        number = number[minus.Length..];
        symbols ??= Pairs(Symbols);
        var symbol = symbols.GetValueOrDefault(currency) ?? (this == Neutral ? currency : Shared.GetValueOrDefault(currency, currency));
        var gap = SymbolLast || char.IsLetter(symbol[^1]) ? NoBreak : SymbolGap;
        return SymbolLast ? $"{minus}{number}{gap}{symbol}" : MinusAfterSymbol ? $"{symbol}{gap}{minus}{number}" : $"{minus}{symbol}{gap}{number}";
    }

    private CultureInfo Culture => culture ??= MakeCulture();

    private CultureInfo MakeCulture()
    {
        var made = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        var (dates, numbers) = (made.DateTimeFormat, made.NumberFormat);
        dates.MonthNames = dates.MonthGenitiveNames = [.. Months.Split(' '), ""];
        dates.AbbreviatedMonthNames = dates.AbbreviatedMonthGenitiveNames = [.. ShortMonths.Split(' '), ""];
        dates.DayNames = Days.Split(' ');
        dates.AbbreviatedDayNames = ShortDays.Split(' ');
        (dates.AMDesignator, dates.PMDesignator) = HalfDays.Split(' ') is [var before, var after] ? (before, after) : ("", "");
        (numbers.NumberDecimalSeparator, numbers.NumberGroupSeparator) = (decimalSeparator, groupSeparator.Length == 0 ? "," : groupSeparator);
        return CultureInfo.ReadOnly(made);
    }

    private static FrozenDictionary<string, string> Pairs(string pairs) =>
        pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
