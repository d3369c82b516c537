using System.Collections.Concurrent;
using System.Globalization;
using Amqp;
using Amqp.Framing;

namespace MarketingAutomation.Bus;

/// <summary>Questions and answers with one node of the peer, <c>$cbs</c> or a <c>$management</c>.</summary>
internal sealed class AmqpRequests
{
    private const int MostAnswersWaiting = 100;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _asked = new(StringComparer.Ordinal);
    private readonly AmqpLink<SenderLink> _questions;
    private readonly AmqpLink<ReceiverLink> _answers;
    private readonly string _replyTo;
    private long _last;

    private AmqpRequests(AmqpLink<SenderLink> questions, AmqpLink<ReceiverLink> answers, string replyTo)
    {
        (_questions, _answers, _replyTo) = (questions, answers, replyTo);
        answers.Link.Start(MostAnswersWaiting, (link, answer) =>
        {
            link.Accept(answer);
            if (answer.Properties?.GetCorrelationId()?.ToString() is { } id && _asked.TryRemove(id, out var asked)) asked.TrySetResult(answer);
        });
    }

    public bool IsOpen => _questions.IsOpen && _answers.IsOpen;

    public static async Task<AmqpRequests> OpenAsync(AmqpConnection connection, string node, CancellationToken ct)
    {
        var replyTo = Guid.NewGuid().ToString("n");
        var answers = await AmqpLink<ReceiverLink>.AttachAsync(connection, (session, attached) =>
            new(session, $"{node}-answers-{replyTo}", new Attach { Source = new Source { Address = node }, Target = new Target { Address = replyTo } }, attached), ct);
        var questions = await AmqpLink<SenderLink>.AttachAsync(connection, (session, attached) =>
            new(session, $"{node}-questions-{replyTo}", new Attach { Source = new Source { Address = replyTo }, Target = new Target { Address = node } }, attached), ct);
        return new(questions, answers, replyTo);
    }

    /// <exception cref="AmqpException">The answer is a refusal, or the link broke before it came.</exception>
    public async Task<Message> AskAsync(Message question, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        question.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await using var questionsLost = _questions.FailWhenGone(answer);
            await using var answersLost = _answers.FailWhenGone(answer);
            _questions.Link.Send(question, null, (_, _, outcome, _) =>
            {
                if (outcome is Rejected rejected) answer.TrySetException(new AmqpException(rejected.Error ?? new Error(ErrorCode.InternalError)));
            }, null);
            var got = await answer.Task.WaitAsync(_questions.Connection.Options.AnswerWithin, ct);
            return Status(got) is >= 200 and < 300 ? got : throw new AmqpException(Refusal(got));
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    /// <summary>An HTTP status code.</summary>
    public static int Status(Message answer) => Convert.ToInt32(Property(answer, "statusCode", "status-code") ?? 0, CultureInfo.InvariantCulture);

    private static Error Refusal(Message answer) => new(Property(answer, "errorCondition", "error-condition")?.ToString() ?? Status(answer) switch
    {
        401 or 403 => ErrorCode.UnauthorizedAccess,
        404 => ErrorCode.NotFound,
        410 => "com.microsoft:message-lock-lost",
        400 => "com.microsoft:argument-error",
        503 => "com.microsoft:server-busy",
        _ => ErrorCode.InternalError,
    });

    private static object? Property(Message answer, string name, string otherName) =>
        answer.ApplicationProperties?.Map is { } map ? map.TryGetValue(name, out var value) || map.TryGetValue(otherName, out value) ? value : null : null;
}
