namespace MarketingAutomation.Messages;

/// <summary>What became of rendering a message for one customer.</summary>
public abstract record Rendering
{
    private Rendering() { }

    /// <param name="Subject">One line of plain text.</param>
    /// <param name="Locale">Language of the texts, as their file is named.</param>
    public sealed record Ready(string Subject, string Html, string Text, string Locale) : Rendering
    {
        /// <summary>The HTML without pixel, for whoever reads it in a browser; null where the message does not lead there.</summary>
        public string? Page { get; init; }
    }

    /// <summary>The message shows something that is not known of this customer and has no <c>??</c> behind it.</summary>
    /// <param name="Path">The first such expression, as written: <c>customer.first_name</c>.</param>
    public sealed record MissingData(string Path) : Rendering;

    /// <summary>The templates cannot be rendered with this customer's data.</summary>
    /// <param name="Reason">File, line and expression; no personal data.</param>
    public sealed record Broken(string Reason) : Rendering;
}
