namespace MarketingAutomation.Simulation;

/// <summary>Something the shop of the demo sells.</summary>
/// <param name="Price">In the shop's one currency.</param>
internal sealed record Product(string Id, string English, string Chinese, string Category, decimal Price)
{
    public const string Currency = "USD";

    /// <summary>The whole range.</summary>
    public static readonly IReadOnlyList<Product> All =
    [
        new("P01", "Linen apron", "亚麻围裙", "kitchen", 39),
        new("P02", "Cast-iron pan", "铸铁煎锅", "kitchen", 79),
        new("P03", "Oak cutting board", "橡木砧板", "kitchen", 54),
        new("P04", "Kitchen knife", "主厨刀", "kitchen", 119),
        new("P05", "Bamboo steamer", "竹蒸笼", "kitchen", 34.50m),
        new("P06", "Glass storage jars, set of three", "玻璃储物罐（三只装）", "kitchen", 36),
        new("P07", "Olive wood spoon", "橄榄木汤勺", "kitchen", 14.50m),
        new("P08", "Washing-up brush", "木柄洗碗刷", "kitchen", 9.90m),
        new("P09", "Stoneware mug", "粗陶马克杯", "table", 18.50m),
        new("P10", "Enamel teapot", "珐琅茶壶", "table", 46),
        new("P11", "Celadon rice bowls, set of four", "青瓷饭碗（四只装）", "table", 58),
        new("P12", "Tea towels, set of three", "棉麻茶巾（三条装）", "table", 24),
        new("P13", "Wool throw", "羊毛盖毯", "living", 129),
        new("P14", "Brass desk lamp", "黄铜台灯", "living", 149),
        new("P15", "Beeswax candle", "蜂蜡蜡烛", "living", 16),
        new("P16", "Felt slippers", "羊毛毡拖鞋", "living", 45),
        new("P17", "Folding stool", "白蜡木折叠凳", "living", 69),
        new("P18", "Wall clock", "静音挂钟", "living", 88),
        new("P19", "Linen duvet cover", "亚麻被套", "bedroom", 189),
        new("P20", "Buckwheat pillow", "荞麦枕", "bedroom", 49),
        new("P21", "Cedar hangers, set of ten", "雪松衣架（十只装）", "bedroom", 42),
        new("P22", "Cotton bath towel", "纯棉浴巾", "bath", 29),
        new("P23", "Olive oil soap", "橄榄油手工皂", "bath", 8.50m),
        new("P24", "Wood care oil", "木器养护油", "care", 12.50m),
    ];

    /// <summary>Its name as a reader of the locale sees it.</summary>
    public string Name(string locale) => locale.StartsWith("zh", StringComparison.Ordinal) ? Chinese : English;
}

/// <param name="Products">At least one.</param>
internal sealed record Cart(string Id, DateTimeOffset At, IReadOnlyList<Product> Products);
