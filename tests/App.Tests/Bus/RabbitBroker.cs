using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus.ServiceBusDialect;
using MarketingAutomation.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Bus;

/// <summary>A RabbitMQ of its own, reachable from this machine only, that can be killed and started again on the same data.</summary>
public sealed class RabbitBroker : IAsyncLifetime
{
    public const string User = "marketing";

    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(120);

    private static readonly AmqpOptions Plain = AmqpBusTests.Patient with { Plain = true, EmptyAfter = TimeSpan.FromSeconds(3), FirstPause = TimeSpan.FromMilliseconds(50), RetryFor = TimeSpan.FromSeconds(120) };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marketing-");
    private readonly int _epmdPort = DialectBroker.FreePort(), _distributionPort = DialectBroker.FreePort();
    private Process? _names, _script;

    public int Port { get; } = DialectBroker.FreePort();

    public string Password { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>The queue's address in the broker's dialect.</summary>
    public static string Address(string queue) => $"/amq/queue/{queue}";

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Server)) return;
        await File.WriteAllTextAsync(InFolder("enabled_plugins"), "[rabbitmq_amqp1_0].");
        await File.WriteAllTextAsync(InFolder("rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            load_definitions = {InFolder("definitions.json")}
            log.console = false
            log.file.level = warning
            """);
        await File.WriteAllTextAsync(InFolder("definitions.json"), Definitions());
        _names = Start("epmd", ["-address", "127.0.0.1", "-port", $"{_epmdPort}"]);
        await StartAsync();
    }

    /// <summary>Our bus on it; skips the test where there is no broker.</summary>
    internal AmqpBus Open(string? password = null)
    {
        Assert.SkipUnless(File.Exists(Server), "RabbitMQ is not installed; tests/run does it, as root on Debian.");
        return new(new("127.0.0.1", Port, Secure: false, new AmqpCredential.Password(User, password ?? Password)), Plain, TimeProvider.System, NullLogger<AmqpBus>.Instance);
    }

    /// <summary>Returns when the broker takes connections.</summary>
    public async Task StartAsync()
    {
        File.Delete(InFolder("pid"));
        _script = Start(Server, []);
        await Eventually.HoldsAsync(async () =>
        {
            Assert.False(_script.HasExited, "RabbitMQ does not start.");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, "RabbitMQ does not listen.", StartsWithin, CancellationToken.None);
    }

    /// <summary>As when the machine loses power, but for the disk's cache.</summary>
    public async Task KillAsync()
    {
        using var broker = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(InFolder("pid")), CultureInfo.InvariantCulture));
        broker.Kill();
        await broker.WaitForExitAsync();
        await _script!.WaitForExitAsync();
        _script.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is { HasExited: false }) await KillAsync();
        if (_names is not null)
        {
            _names.Kill();
            await _names.WaitForExitAsync();
            _names.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            Environment =
            {
                ["HOME"] = _folder.FullName,
                ["RABBITMQ_NODENAME"] = $"tests-{Port}@localhost",
                ["RABBITMQ_CONFIG_FILE"] = InFolder("rabbitmq.conf"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InFolder("enabled_plugins"),
                ["RABBITMQ_MNESIA_BASE"] = InFolder("data"),
                ["RABBITMQ_LOG_BASE"] = InFolder("log"),
                ["RABBITMQ_PID_FILE"] = InFolder("pid"),
                ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_EPMD_PORT"] = $"{_epmdPort}",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private string Definitions()
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        var hash = Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(Password)])]);
        return JsonSerializer.Serialize(new
        {
            users = new[] { new { name = User, password_hash = hash, hashing_algorithm = "rabbit_password_hashing_sha256", tags = "" } },
            vhosts = new[] { new { name = "/" } },
            permissions = new[] { new { user = User, vhost = "/", configure = ".*", write = ".*", read = "^(?!private)" } },
            queues = new[]
            {
                Queue("classic", new() { ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = "classic-aside" }),
                Queue("classic-aside", []),
                Queue("quorum", new() { ["x-queue-type"] = "quorum", ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = "quorum-aside" }),
                Queue("quorum-aside", []),
                Queue("other", []),
                Queue("private", []),
            },
        });

        static object Queue(string name, Dictionary<string, object> arguments) => new { name, vhost = "/", durable = true, auto_delete = false, arguments };
    }
}
