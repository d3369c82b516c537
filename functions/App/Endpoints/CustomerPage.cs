namespace MarketingAutomation.Endpoints;

/// <summary>The frame of the pages behind a message's links, in the look of the sample messages.</summary>
internal static class CustomerPage
{
    /// <summary>The pages speak Chinese and English.</summary>
    public static bool IsChinese(string locale) => locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase);

    /// <param name="body">HTML.</param>
    public static string Of(string lang, string title, string body) => $$"""
        <!doctype html>
        <html lang="{{lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{title}}</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; --page: #f4f2ee; --card: #fff; --text: #1f2328 }
        @media (prefers-color-scheme: dark) { :root { --page: #15171a; --card: #22252a; --text: #f1f1ee } }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100svh; padding: 1rem; display: grid; place-items: center; font: 17px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; background: var(--page); color: var(--text) }
        main { width: 100%; max-width: 30rem; padding: 2.5rem 2rem; border-radius: 12px; text-align: center; text-wrap: balance; background: var(--card) }
        h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.3 }
        p { margin: 0 }
        button { margin-top: 1.75rem; padding: .8rem 1.8rem; border: 0; border-radius: 8px; font: inherit; font-weight: bold; background: #0b6e4f; color: #fff; cursor: pointer }
        button:focus-visible { outline: 3px solid #5bb899; outline-offset: 3px }
        a { color: inherit }
        dl { margin: 0; text-align: start }
        dt { margin-top: 1rem; font-size: .85rem; opacity: .75 }
        dd { margin: 0 }
        ul + p { margin-top: 1.5rem }
        form p.note { font-size: .9rem; opacity: .8 }
        ul { margin: 1.25rem 0 0; padding: 0; list-style: none; text-align: start }
        li + li { border-top: 1px solid color-mix(in srgb, var(--text) 15%, transparent) }
        label { display: flex; gap: .75rem; align-items: center; padding: .8rem .25rem; cursor: pointer }
        input { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: #0b6e4f; flex: none }
        input:focus-visible, a:focus-visible { outline: 3px solid #5bb899; outline-offset: 3px }
        .saved { margin-bottom: .75rem; font-weight: bold }
        .more { margin-top: 1.25rem; font-size: .9rem }
        @media (max-width: 26rem) { button { width: 100% } }
        </style>
        </head>
        <body><main><h1>{{title}}</h1>{{body}}</main></body>
        </html>
        """;
}
