using System.Diagnostics;
using System.Text.Json;
using MarketingAutomation.Bus;
using MarketingAutomation.Commands;

namespace MarketingAutomation.Handlers;

/// <summary>Tells faults that pass by themselves from those that come back whenever the same work is done.</summary>
internal static class Faults
{
    /// <summary>Whether the same work may succeed later: a busy storage, a broken connection, a lost race. What is unknown counts as passing, because giving work up is for good.</summary>
    public static bool Passes(Exception fault) => fault switch
    {
        ObjectDisposedException => true, // we are stopping
        AggregateException { InnerExceptions: var all } => all.All(Passes),
        Azure.RequestFailedException { Status: 400 or 413 } => false, // what was asked for is wrong, and stays so
        CommandFault or BusMessageException or ArgumentException or ArithmeticException or FormatException or IndexOutOfRangeException or InvalidCastException or InvalidDataException
            or InvalidOperationException or JsonException or KeyNotFoundException or NotSupportedException or NullReferenceException or UnreachableException => false,
        _ => true,
    };

    /// <summary>Whether it is work's own fault, rather than a stop that was asked for or a catalog that this process is too old for.</summary>
    public static bool IsOfWork(Exception fault, CancellationToken ct) => fault is not StaleCatalogException && !ct.IsCancellationRequested;
}
