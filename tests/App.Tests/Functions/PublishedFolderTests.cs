using System.Text.Json;
using System.Text.RegularExpressions;
using MarketingAutomation.Bus;
using MarketingAutomation.Functions.HostDouble;
using NCrontab;

namespace MarketingAutomation.Functions;

/// <summary>What is published keeps to the host's rules for a deployed folder.</summary>
public sealed partial class PublishedFolderTests
{
    [Fact]
    public async Task The_host_finds_an_executable_and_settings_it_knows()
    {
        var app = new FunctionApp(await PublishedFolder.GetAsync());
        Assert.True(!OperatingSystem.IsWindows() && File.GetUnixFileMode(app.Executable).HasFlag(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute), "The executable has no x bit.");
        Assert.Equal(Path.GetDirectoryName(app.Executable), app.WorkingFolder);
        Assert.True(File.Exists(Path.Combine(app.WorkingFolder, "libcoreclr.so")), "It is not self-contained.");
        Assert.True(File.Exists(Path.Combine(app.WorkingFolder, "config", "policy.json")), "The config is not in it.");
        Assert.False(File.Exists(Path.Combine(app.WorkingFolder, "host.json")));
        Assert.True(app.IsProxying);
        Assert.Equal("", app.RoutePrefix);
        Assert.Equal(Handlers.Batches.Most, app.MaxMessageBatchSize);
        Assert.InRange(app.FunctionTimeout, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)); // 10 is the most on every plan
    }

    [Fact]
    public async Task Each_function_is_as_the_host_wants_it()
    {
        var app = new FunctionApp(await PublishedFolder.GetAsync());
        Assert.Equal(["broadcasts", "collect", "collect-apps", "console", "deliveries", "events", "hooks", "rebuilds", "tick", "tracking", "wakes"], app.Functions.Select(function => function.Name));
        Assert.All(app.Functions, function => Assert.Matches(FunctionName(), function.Name));
        Assert.All(app.Functions.SelectMany(function => function.Bindings), binding => Assert.Matches(BindingName(), binding.GetProperty("name").GetString()!));

        foreach (var function in app.Functions.Where(function => function.Type == "httpTrigger"))
        {
            Assert.Equal(["httpTrigger", "http"], function.Bindings.Select(binding => binding.GetProperty("type").GetString())); // more than these, and it is no longer passed on
            Assert.Equal("anonymous", function.Trigger.GetProperty("authLevel").GetString());
            Assert.Subset(function.Methods.ToHashSet(), new HashSet<string> { "get", "head", "post", "options" });
            Assert.DoesNotMatch("^(admin|runtime|\\{)", function.Route!);
        }
        Assert.Equal(Queue.All.Order(), app.Functions.Where(function => function.Type == "serviceBusTrigger").Select(function => function.Queue!));
        foreach (var function in app.Functions.Where(function => function.Type == "serviceBusTrigger"))
        {
            Assert.Equal(function.Queue, function.Name); // the path it is called by
            Assert.Equal("binary", function.Trigger.GetProperty("dataType").GetString());
            Assert.Equal("ServiceBus", function.Trigger.GetProperty("connection").GetString());
            Assert.Equal(function.Name != Queue.Deliveries, function.IsBatch);
        }
        var tick = app.Functions.Single(function => function.Type == "timerTrigger");
        Assert.NotNull(CrontabSchedule.TryParse(tick.Trigger.GetProperty("schedule").GetString()!, new() { IncludingSeconds = true }));
        Assert.False(tick.Trigger.GetProperty("runOnStartup").GetBoolean());
    }

    [Theory]
    [InlineData("POST", "/events")]
    [InlineData("POST", "/wakes")]
    [InlineData("POST", "/deliveries")]
    [InlineData("POST", "/broadcasts")]
    [InlineData("POST", "/tick")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/anything")]
    public async Task No_route_leads_from_outside_to_a_trigger(string method, string path) =>
        Assert.DoesNotContain(new FunctionApp(await PublishedFolder.GetAsync()).Functions, function => function.Type == "httpTrigger" && function.Takes(method, path));

    [GeneratedRegex("^(?!host$)[A-Za-z][A-Za-z0-9_-]{0,127}$")]
    private static partial Regex FunctionName();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]*$")]
    private static partial Regex BindingName();
}
