using Spectre.Console;

namespace MarketingAutomation.Commands;

/// <summary>Shows on a terminal that something is under way; says nothing where nobody watches.</summary>
internal static class Progress
{
    /// <param name="work">Given a place to say how far it is.</param>
    public static async Task ShowAsync(string title, Func<Action<string>, Task> work)
    {
        if (Console.IsErrorRedirected) { await work(_ => { }); return; }
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await terminal.Status().StartAsync(title, status => work(said => status.Status($"{title}: {Markup.Escape(said)}")));
    }
}
