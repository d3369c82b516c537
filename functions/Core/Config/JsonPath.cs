namespace MarketingAutomation.Config;

/// <summary>Paths as people write them: <c>$.steps[1].name['zh-CN']</c>.</summary>
public static class JsonPath
{
    public const string Root = "$";

    public static string Child(string path, string name) => IsPlain(name) ? $"{path}.{name}" : $"{path}['{name}']";

    public static string Item(string path, int index) => $"{path}[{index}]";

    /// <summary>The path of what holds it; the root is its own parent.</summary>
    public static string Parent(string path) => path.LastIndexOfAny(['.', '[']) is > 0 and var end ? path[..end] : Root;

    private static bool IsPlain(string name) => name is not "" && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');
}
