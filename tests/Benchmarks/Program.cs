using MarketingAutomation.Benchmarks;

if (await BusSends.ListenAsync(args)) return 0;

// Ratios measured in one run; nothing here is asserted. Names choose sections (see below). All of them where none is given.
Dictionary<string, Func<Task>> sections = new(StringComparer.Ordinal)
{
    ["workload"] = Workload.RunAsync,
    ["floor"] = Floor.RunAsync,
    ["drain"] = Drain.RunAsync,
    ["start"] = Start.RunAsync,
    ["functions"] = Functions.RunAsync,
    ["bus"] = BusSends.RunAsync,
    ["tables"] = Tables.RunAsync,
    ["segments"] = SegmentCosts.RunAsync,
    ["rebuild"] = SegmentCosts.RebuildAsync,
    ["rendering"] = Renders.RunAsync,
    ["deliveries"] = Deliveries.RunAsync,
};
var asked = args.Length > 0 ? args : [.. sections.Keys];
if (asked.FirstOrDefault(name => !sections.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no section {unknown}; there are {string.Join(", ", sections.Keys)}.");
    return 1;
}
foreach (var name in asked)
{
    Console.WriteLine($"== {name}");
    await sections[name]();
    Console.WriteLine();
}
return 0;
