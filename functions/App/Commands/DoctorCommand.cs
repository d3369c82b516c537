using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using MarketingAutomation.Customers;
using MarketingAutomation.Doctor;
using MarketingAutomation.Doctor.Dns;
using MarketingAutomation.Storage;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing doctor</c>: looks at a deployment or an embedded install and says what to do about what it finds.</summary>
internal static class DoctorCommand
{
    private const int Blocked = 1, DnsPort = 53;

    public static Command Create()
    {
        var (data, config) = (CommonOptions.Data(), CommonOptions.Config());
        Option<string[]> selectors = new("--dkim-selector") { Description = "Name of a DKIM key your mail provider signs with; may be given several times.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        Option<IPEndPoint?> dns = new("--dns") { Description = "Ask this name server, ADDRESS or ADDRESS:PORT, instead of the machine's.", CustomParser = Server };
        Option<DoctorFormat> format = new("--format") { Description = "How to write the findings: text or json.", DefaultValueFactory = _ => DoctorFormat.Text };
        var command = new Command("doctor", "Checks settings, config, storage, queues, clock, DNS of the senders and the public address, and says what to do. Reads the same variables as the server, so it checks what they name. Exit code 1 where something does not work until it is mended, 2 where the command line is wrong.") { data, config, selectors, dns, format };
        command.SetAction(async (parsed, ct) =>
        {
            var options = new DoctorOptions(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), parsed.GetRequiredValue(selectors), parsed.GetValue(dns));
            var findings = await RunAsync(options, new(Environment.GetEnvironmentVariable), TimeProvider.System, ct);
            Console.Out.Write(parsed.GetRequiredValue(format) == DoctorFormat.Json ? Findings.ToJson(findings) : Findings.ToText(findings));
            return Findings.Block(findings) ? Blocked : 0;
        });
        return command;
    }

    /// <summary>All checks, on what the options and variables name.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(DoctorOptions options, Surroundings surroundings, TimeProvider clock, CancellationToken ct)
    {
        var catalog = ConfigCheck.Read(options.Config);
        var (domains, dns) = (DomainCheck.Of(catalog), new Resolver(options.Dns));
        var url = Uri.TryCreate(surroundings[Surroundings.PublicUrl], UriKind.Absolute, out var given) && given.Scheme is "http" or "https" ? given : null;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) });
        await using var stores = new DoctorStores(options.Data, surroundings, clock);
        ICheck[] ofMail = [new SenderCheck(domains, dns), new SpfCheck(domains, dns), new DkimCheck(domains, options.Selectors, dns), new DmarcCheck(domains, dns), new OneClickCheck(catalog, url)];
        ICheck[] checks =
        [
            new SettingsCheck(surroundings),
            new Doctor.ConfigCheck(options.Config),
            .. surroundings is { HasStorage: true, HasBus: true } ? [] : new ICheck[] { new DataFolderCheck(options.Data), new SchemaCheck(options.Data) },
            new StorageCheck(stores.StoreAsync, surroundings.HasStorage),
            new QueueCheck(stores.QueuesAsync, clock, surroundings.HasBus),
            new ControlsCheck(stores.StoreAsync, clock),
            new ClockCheck(http, url ?? FirstAccount(surroundings), clock),
            new PublicUrlCheck(http, url, cancel => PageAsync(stores, url, cancel)),
            new CallbacksCheck(http, url),
            .. surroundings[Surroundings.Smtp] is null ? ofMail.Select(ICheck (check) => new WhileNothingIsSent(check)) : ofMail,
        ];
        return await Examination.RunAsync(checks, clock, ct);
    }

    private static IPEndPoint? Server(ArgumentResult result)
    {
        if (IPEndPoint.TryParse(result.Tokens[0].Value, out var server)) return server.Port == 0 ? new(server.Address, DnsPort) : server;
        result.AddError("--dns is no address: write it as 192.0.2.53 or 192.0.2.53:5353.");
        return null;
    }

    private static Uri? FirstAccount(Surroundings surroundings) =>
        Uri.TryCreate(surroundings[Surroundings.Storage]?.Split(',')[0], UriKind.Absolute, out var account) && account.Scheme == "https" ? account : null;

    // A page of this deployment, for nobody.
    private static async Task<Uri?> PageAsync(DoctorStores stores, Uri? url, CancellationToken ct)
    {
        if (url is null || await stores.DeploymentAsync(url, ct) is not { } deployment) return null;
        return new Uri(Links.Of(deployment).Unsubscribe(CustomerKey.OfUser(deployment.Pepper, "doctor"), "doctor", "doctor"));
    }
}

/// <param name="Selectors">Names of DKIM keys.</param>
/// <param name="Dns">Name server to ask; the machine's where null.</param>
internal sealed record DoctorOptions(string Data, string Config, IReadOnlyList<string> Selectors, IPEndPoint? Dns = null);

internal enum DoctorFormat { Text, Json }
