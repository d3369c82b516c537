using System.Text.Json;
using Azure;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Handlers;

public sealed class FaultsTests
{
    public static TheoryData<Exception> Passing =>
    [
        new TimeoutException(), new IOException(), new HttpRequestException(), new TaskCanceledException(), new ObjectDisposedException("file"), new CommitConflictException("t", "p", "k"),
        new RequestFailedException(0, ""), new RequestFailedException(403, ""), new RequestFailedException(429, ""), new RequestFailedException(503, ""), new AggregateException(new IOException(), new TimeoutException()),
    ];

    public static TheoryData<Exception> Lasting =>
    [
        new JsonException(), new FormatException(), new ArgumentNullException(), new OverflowException(), new KeyNotFoundException(),
        new RequestFailedException(400, ""), new RequestFailedException(413, ""), new AggregateException(new IOException(), new JsonException()),
    ];

    [Theory, MemberData(nameof(Passing))]
    public void What_may_be_better_later_is_tried_again_for_ever(Exception fault) => Assert.True(Faults.Passes(fault));

    [Theory, MemberData(nameof(Lasting))]
    public void What_comes_back_with_the_same_work_is_given_up(Exception fault) => Assert.False(Faults.Passes(fault));

    [Fact]
    public void A_stop_and_a_catalog_too_old_are_no_faults_of_the_work()
    {
        Assert.True(Faults.IsOfWork(new TaskCanceledException(), CancellationToken.None)); // a request's own time limit
        Assert.False(Faults.IsOfWork(new TaskCanceledException(), new CancellationToken(canceled: true)));
        Assert.False(Faults.IsOfWork(new StaleCatalogException(1, 2), CancellationToken.None));
    }
}
