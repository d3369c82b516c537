using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>Derives the shape of a type, once per process.</summary>
public static class Shapes
{
    private static readonly ConcurrentDictionary<Type, Shape> Known = new();

    public static Shape Of(Type type) => Known.GetOrAdd(type, Make);

    private static Shape Make(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Of(inner)
        : type == typeof(string) ? new Shape.Text()
        : type == typeof(decimal) ? new Shape.Number()
        : type == typeof(bool) ? new Shape.Flag()
        : type == typeof(TimeSpan) ? new Shape.Span()
        : type == typeof(TimeOnly) ? new Shape.LocalTime()
        : type == typeof(DateTimeOffset) ? new Shape.Instant()
        : type == typeof(JsonElement) ? new Shape.Scalar()
        : type.IsEnum ? new Shape.Choice(type)
        : type.IsGenericType ? Collection(type.GetGenericTypeDefinition(), type.GetGenericArguments())
        : type.IsAbstract ? new Shape.Union(type)
        : new Shape.Record(type);

    private static Shape Collection(Type kind, Type[] of) =>
        kind == typeof(IReadOnlyList<>) ? new Shape.List(of[0])
        : kind == typeof(IReadOnlyDictionary<,>) && of[0] == typeof(string) ? new Shape.Map(of[1])
        : throw new UnreachableException($"Config records hold no {kind.Name}.");
}
