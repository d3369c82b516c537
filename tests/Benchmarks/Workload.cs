namespace MarketingAutomation.Benchmarks;

/// <summary>The mixed workload, and the same with every event an order that sends an e-mail, into a mail sink.</summary>
internal static class Workload
{
    private const int Customers = 5_000;

    public static async Task RunAsync()
    {
        if (!SharedBench.IsHere()) return;
        Console.WriteLine($"{"",-22}{"events",8}{"mails",8}{"CPU ms/event",14}{"aim",7}{"events/s",10}{"peak MiB",10}{"disk B/event",14}");
        await MeasureAsync("mix, 10 % orders", 20_000, 0.10, 0.15);
        await MeasureAsync("every event an e-mail", 5_000, 1, 1.0);
    }

    private static async Task MeasureAsync(string name, int events, double orderShare, double aim)
    {
        using Scratch scratch = new();
        await SharedBench.GenerateAsync(scratch.Data("load"), Customers, events, orderShare);
        var sinkPort = Served.FreePort();
        using var sink = SharedBench.Sink(sinkPort);
        await using (var served = await Served.StartAsync(scratch.Data("data"), scratch.Config, sinkPort))
        {
            await SharedBench.DriveAsync(Path.Combine(scratch.Data("load"), "users.jsonl"), served.Port);
            await served.IdleAsync();
            var (cpu, disk, began) = (served.Cpu, Size(scratch.Data("data")), DateTime.UtcNow);
            await SharedBench.DriveAsync(Path.Combine(scratch.Data("load"), "events.jsonl"), served.Port);
            var seconds = (await served.IdleAsync() - began).TotalSeconds;
            Console.WriteLine($"{name,-22}{events,8}{await SharedBench.MessagesAsync(sinkPort),8}{(served.Cpu - cpu) / events * 1000,14:0.000}{aim,7:0.00}{events / seconds,10:0}{served.PeakMemory,10}{(Size(scratch.Data("data")) - disk) / events,14}");
        }
        sink.Kill();
    }

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
