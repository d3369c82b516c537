using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Reports;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Deliveries;

/// <summary>Takes a delivery from request to settlement.</summary>
public static class Dispatch
{
    /// <summary>How long a claim lasts; the provider call has a shorter timeout.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    /// <summary>A message refused for now is handed over at most so often.</summary>
    public const int MostAttempts = 8;

    /// <summary>Asks for a message; the run stays at its step until the delivery is settled.</summary>
    internal static void Request(Turn turn, Run run, Step.Send send, DateTimeOffset at)
    {
        var id = Hash.Id("delivery", run.Id, send.Id);
        if (turn.Customer.Deliveries.ContainsKey(id)) return;
        var topic = turn.Catalog.Messages.GetValueOrDefault(send.Message)?.Message.Topic ?? "";
        turn.Put(new Delivery(id, run.Id, run.Journey, send.Id, send.Message, topic, run.EnteredAt, at) { StatusAt = at });
        turn.Add(new Effect.Deliver(id));
    }

    /// <summary>The row a report needs to know that a held-out run passed a send step.</summary>
    internal static Fact SkippedForHoldout(Run run, string step, string message, DateTimeOffset at) =>
        new Fact.Settled(run.Journey, run.Id, run.EnteredAt, at, Hash.Id("delivery", run.Id, step), step, message, DeliveryStatus.Skipped.Name(), SkipReason.Holdout.Name());

    /// <summary>Lets a delivery out or skips it. Once this is committed as sending, only the holder of the token may hand it to the provider.</summary>
    internal static void Admit(Turn turn, Input.Admit input)
    {
        if (turn.Customer.Deliveries.GetValueOrDefault(input.Delivery) is not { IsSettled: false } delivery) return;
        if (delivery.Status == DeliveryStatus.Sending ? !input.Again : delivery.Until > turn.Now) return;
        if (delivery.Status == DeliveryStatus.Sending && delivery.Token != input.Token) delivery = delivery with { IsDoubtful = true };
        switch (Admission.Of(turn.Catalog, turn.Customer, delivery, input, turn.Now))
        {
            case Admission.Hold hold: Hold(turn, delivery, hold); break;
            case Admission.Skip skip: Skip(turn, delivery, skip.Reason.Name()); break;
            case Admission.Send send: Send(turn, delivery, send.Address, input.Token); break;
        }
        Customers.Merging.LeaveIfPending(turn);
    }

    /// <summary>Takes in what became of an attempt.</summary>
    internal static void Settle(Turn turn, Input.Settle input)
    {
        if (turn.Customer.Deliveries.GetValueOrDefault(input.Delivery) is not { } delivery || delivery.Token != input.Token) return;
        if (delivery.Status is not (DeliveryStatus.Sending or DeliveryStatus.Unknown)) return;
        switch (input.Outcome)
        {
            case Outcome.Sent sent:
                End(turn, delivery with { ProviderId = sent.ProviderId }, DeliveryStatus.Sent, null);
                break;
            case Outcome.Failed failed:
                Withhold(turn, delivery, DeliveryStatus.Failed, failed.Reason);
                if (!failed.HardBounce) break;
                if (turn.Customer.Email is { } address) turn.Add(new Effect.Suppress(address, failed.Reason));
                turn.Add(Reception.Count(delivery, Reaction.Sent));
                turn.Add(Reception.Count(delivery, Reaction.HardBounce));
                break;
            case Outcome.Unknown unknown when delivery.Status == DeliveryStatus.Sending:
                End(turn, delivery, DeliveryStatus.Unknown, unknown.Reason);
                break;
            case Outcome.Retry retry when delivery.Status == DeliveryStatus.Sending && delivery.Attempt >= MostAttempts:
                Withhold(turn, delivery, DeliveryStatus.Failed, $"gave up after {MostAttempts} attempts: {retry.Reason}");
                break;
            case Outcome.Retry retry when delivery.Status == DeliveryStatus.Sending:
                var due = turn.Now + (retry.After ?? Backoff(delivery));
                turn.Put(delivery with { Status = DeliveryStatus.Retry, StatusAt = turn.Now, Until = due, Token = null, Reason = retry.Reason });
                turn.Add(new Effect.Deliver(delivery.Id, due));
                break;
        }
        Customers.Merging.LeaveIfPending(turn);
    }

    private static void Send(Turn turn, Delivery delivery, string address, string token)
    {
        var run = turn.Customer.Runs[delivery.Run];
        var links = Links.Of(turn.Catalog.Deployment).For(turn.Customer.Key, delivery.Id);
        var context = RenderContext.Of(turn.Catalog, turn.Customer, delivery.Message, delivery.Topic, delivery.Journey, run.Entry, links, turn.Now);
        switch (MessageRenderer.Render(turn.Catalog.Messages[delivery.Message], context))
        {
            case Rendering.MissingData missing: Skip(turn, delivery, $"{SkipReason.MissingData.Name()}: {missing.Path}"); break;
            case Rendering.Broken broken: Withhold(turn, delivery, DeliveryStatus.Failed, $"template: {broken.Reason}"); break;
            case Rendering.Ready ready:
                turn.Put(delivery with { Status = DeliveryStatus.Sending, StatusAt = turn.Now, ClaimedAt = turn.Now, Attempt = delivery.Attempt + 1, Token = token, Until = turn.Now + Claim, Locale = ready.Locale, Jurisdiction = turn.Catalog.Policy.JurisdictionOf(turn.Customer), Domain = MailDomains.Of(address) });
                turn.Outgoing = new(delivery.Id, address, SenderOf(turn.Catalog, delivery.Message), ready.Subject, ready.Html, ready.Text, ready.Locale, context.UnsubscribeUrl) { Customer = turn.Customer.Key, Journey = delivery.Journey, Message = delivery.Message, Page = ready.Page };
                break;
        }
    }

    private static Sender SenderOf(Catalog catalog, string message) => catalog.Messages[message].Message.From is { } from
        ? catalog.Policy.Senders[from]
        : catalog.Policy.Senders.MinBy(pair => pair.Key, StringComparer.Ordinal).Value;

    // What may have been handed over is not to be held back any more.
    private static void Hold(Turn turn, Delivery delivery, Admission.Hold hold)
    {
        if (delivery.IsDoubtful)
        {
            Skip(turn, delivery, hold.Reason.Name());
            return;
        }
        turn.Put(delivery with { Status = DeliveryStatus.Held, StatusAt = turn.Now, Until = hold.Until, Reason = hold.Reason.Name() });
        turn.Note($"delivery {delivery.Id} held {hold.Reason.Name()} until {hold.Until?.ToString("O") ?? "it is let go"}");
        turn.Add(hold.Until is { } until ? new Effect.Deliver(delivery.Id, until) : new Effect.AwaitResume(delivery.Id, delivery.Journey));
    }

    private static void Skip(Turn turn, Delivery delivery, string reason) => Withhold(turn, delivery, DeliveryStatus.Skipped, reason);

    // It may not go, or was refused; an attempt that was interrupted may have handed it over all the same.
    private static void Withhold(Turn turn, Delivery delivery, DeliveryStatus status, string reason)
    {
        if (delivery.IsDoubtful) End(turn, delivery, DeliveryStatus.Unknown, "the attempt was interrupted");
        else End(turn, delivery, status, reason);
    }

    /// <summary>Brings a delivery to a status that it keeps or leaves only upwards; the first lets its run go on.</summary>
    internal static void End(Turn turn, Delivery delivery, DeliveryStatus status, string? reason)
    {
        var ended = DeliveryStatuses.Join(delivery, delivery with { Status = status, StatusAt = turn.Now, Until = null, Reason = reason });
        if (ended.Status == DeliveryStatus.Unknown && delivery.Status < ended.Status) ended = Reconciling.Begin(turn, ended);
        turn.Put(ended);
        turn.Note($"delivery {delivery.Id} {status.Name()} {reason}".TrimEnd());
        Tell(turn, delivery, status, reason);
        if (status >= DeliveryStatus.Sent && delivery.Status < DeliveryStatus.Sent)
        {
            turn.Add(Reception.Count(ended, Reaction.Sent));
            Customers.Evolution.Count(turn, Hits.SentEvent(ended, turn.Now));
        }
        Passage.GoOn(turn, ended, turn.Now);
    }

    /// <summary>Tells reports that a delivery came to a status, also where it has gone beyond it meanwhile.</summary>
    internal static void Tell(Turn turn, Delivery delivery, DeliveryStatus status, string? reason) =>
        turn.Record(new Fact.Settled(delivery.Journey, delivery.Run, delivery.EnteredAt, turn.Now, delivery.Id, delivery.Step, delivery.Message, status.Name(), reason));

    // 1, 2, 4 … 60 minutes, spread by up to a quarter so that what failed together does not come back together.
    private static TimeSpan Backoff(Delivery delivery) =>
        TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, delivery.Attempt - 1)) * (1 + Hash.Bucket("backoff", delivery.Id, delivery.Attempt.ToString()) / 40_000.0));
}
