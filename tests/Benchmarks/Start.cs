namespace MarketingAutomation.Benchmarks;

/// <summary>From starting the process to its first answered request.</summary>
internal static class Start
{
    private const int Times = 9;

    public static async Task RunAsync()
    {
        using Scratch scratch = new();
        List<double> seconds = [];
        for (var i = 0; i < Times; i++)
        {
            await using var served = await Served.StartAsync(scratch.Data("data"), scratch.Config);
            seconds.Add(served.Started.TotalSeconds);
        }
        seconds.Sort();
        Console.WriteLine($"median {seconds[Times / 2]:0.00} s, best {seconds[0]:0.00} s, worst {seconds[^1]:0.00} s of {Times}; aim 1.00");
    }
}
