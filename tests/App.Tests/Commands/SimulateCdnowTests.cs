using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MarketingAutomation.Commands.Import;
using MarketingAutomation.Customers;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Commands;

/// <summary>69,659 real purchases through the whole pipeline, against a count made straight from the text file.</summary>
public class SimulateCdnowTests
{
    private const int Seed = 1;
    private static readonly DateOnly End = new(1998, 6, 30);

    [Fact]
    public async Task Every_run_and_every_conversion_of_real_purchases_is_counted_to_the_last_one()
    {
        var path = SharedFolder.FileOrSkip("data/CDNOW_master.txt");
        var purchases = Purchases(path);
        var expected = Expected(purchases);

        var report = await SimulateCommand.RunAsync(await OpenAsync(path), TestConfigs.Cdnow, null, null, Seed, TestContext.Current.CancellationToken);
        var welcome = report.Journeys.Single(journey => journey.Journey == "welcome");
        var winBack = report.Journeys.Single(journey => journey.Journey == "win-back");

        Assert.Equal(23_570, purchases.Count);
        Assert.Equal(purchases.Count, welcome.Treated.Entered);
        Assert.Equal(purchases.Count, Assert.Single(welcome.Steps).Sent);
        Assert.Equal((expected.Treated, expected.TreatedConverted), (winBack.Treated.Entered, winBack.Treated.Converted));
        Assert.Equal((expected.Holdout, expected.HoldoutConverted), (winBack.Holdout.Entered, winBack.Holdout.Converted));
        Assert.InRange(winBack.Treated.Value, expected.TreatedLow, expected.TreatedHigh);
        Assert.InRange(winBack.Holdout.Value, expected.HoldoutLow, expected.HoldoutHigh);
        Assert.Equal((expected.Treated, expected.Holdout), (Assert.Single(winBack.Steps).Sent, winBack.Steps[0].Skipped));
        Assert.IsType<Verdict.Inconclusive>(winBack.Verdict); // nothing was sent in 1997, and the report must not say otherwise
    }

    [Fact]
    public async Task The_same_events_and_seed_give_the_same_report_and_another_seed_other_arms()
    {
        var all = await File.ReadAllLinesAsync(SharedFolder.FileOrSkip("data/CDNOW_master.txt"), TestContext.Current.CancellationToken);
        var some = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(some, all.Take(1500), TestContext.Current.CancellationToken);
            async Task<string> Run(int seed) => ReportText.Of(await SimulateCommand.RunAsync(await OpenAsync(some), TestConfigs.Cdnow, null, null, seed, TestContext.Current.CancellationToken));
            var first = await Run(7);
            Assert.Equal(first, await Run(7));
            Assert.NotEqual(first, await Run(8));
        }
        finally
        {
            File.Delete(some);
        }
    }

    private static Task<EventFile> OpenAsync(string path) => EventFile.OpenAsync(path, TestConfigs.Mapping("cdnow"), TestContext.Current.CancellationToken);

    private static Dictionary<string, List<(DateOnly Day, decimal Dollars)>> Purchases(string path) => File.ReadLines(path).Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .GroupBy(words => words[0], words => (DateOnly.ParseExact(words[1], "yyyyMMdd", CultureInfo.InvariantCulture), decimal.Parse(words[3], CultureInfo.InvariantCulture)))
        .ToDictionary(customer => customer.Key, customer => customer.OrderBy(purchase => purchase.Item1).ToList());

    // A customer lapses 60 days after a purchase that no other follows by then, and is won back by a purchase at most 30 days later.
    private static Counts Expected(Dictionary<string, List<(DateOnly Day, decimal Dollars)>> purchases)
    {
        var pepper = SHA256.HashData(Encoding.UTF8.GetBytes($"pepper {Seed}"));
        Counts counts = new();
        foreach (var (customer, bought) in purchases)
        {
            var heldOut = Hash.Bucket("holdout", "win-back", CustomerKey.OfUser(pepper, customer).Value) < 1000;
            for (var i = 0; i < bought.Count; i++)
            {
                var lapses = bought[i].Day.AddDays(60);
                if (lapses > End || (i + 1 < bought.Count && bought[i + 1].Day <= lapses)) continue;
                var back = bought.Skip(i + 1).Where(purchase => purchase.Day <= lapses.AddDays(30)).ToList();
                counts.Add(heldOut, [.. back.Where(purchase => purchase.Day == back[0].Day).Select(purchase => purchase.Dollars)]);
            }
        }
        return counts;
    }

    // The file does not say which of several purchases of one day came first, so the worth of coming back has a low and a high end.
    private sealed class Counts
    {
        public long Treated, TreatedConverted, Holdout, HoldoutConverted;
        public decimal TreatedLow, TreatedHigh, HoldoutLow, HoldoutHigh;

        public void Add(bool heldOut, List<decimal> back)
        {
            var (low, high, converted) = back.Count > 0 ? (back.Min(), back.Max(), 1) : (0, 0, 0);
            if (heldOut) (Holdout, HoldoutConverted, HoldoutLow, HoldoutHigh) = (Holdout + 1, HoldoutConverted + converted, HoldoutLow + low, HoldoutHigh + high);
            else (Treated, TreatedConverted, TreatedLow, TreatedHigh) = (Treated + 1, TreatedConverted + converted, TreatedLow + low, TreatedHigh + high);
        }
    }
}
