using MarketingAutomation.Storage;

namespace MarketingAutomation.Bus;

/// <summary>
/// The bus's rows. A message is in one of <c>bus_waiting</c>, <c>bus_locked</c> and <c>bus_dead</c>, each in the order it is asked for,
/// and its body, under the same number, in <c>bus_bodies</c>. Times are UTC ticks.
/// </summary>
internal static class SqliteQueues
{
    public static void Add(SqliteTransaction transaction, string queue, long due, byte[] body)
    {
        var seq = transaction.NextNumber();
        transaction.Run("INSERT INTO bus_bodies (seq, body) VALUES (?, ?)", seq, body);
        transaction.Run("INSERT INTO bus_waiting (queue, due, seq, delivery_count) VALUES (?, ?, ?, 0)", queue, due, seq);
    }

    /// <summary>Locks the first messages of the queue that are due, oldest due time first.</summary>
    public static List<Received> Take(SqliteTransaction transaction, string queue, int most, long now, long until, string owner)
    {
        ReleaseEnded(transaction, queue, now);
        var messages = new List<Received>();
        var (number, lastDue, lastSeq) = (0L, 0L, 0L);
        using (var rows = transaction.Query("SELECT due, seq, delivery_count + 1, body FROM bus_waiting JOIN bus_bodies USING (seq) WHERE queue = ? AND due <= ? ORDER BY due, seq LIMIT ?", queue, now, most))
            while (rows.Read())
            {
                if (messages is []) number = transaction.NextNumber();
                (lastDue, lastSeq) = (rows.Number(0), rows.Number(1));
                messages.Add(new SqliteLock(queue, lastSeq, until, number, (int)rows.Number(2)).With(rows.Bytes(3)));
            }
        if (messages is not []) Lock(transaction, queue, lastDue, lastSeq, until, number, owner);
        return messages;
    }

    public static void Complete(SqliteTransaction transaction, SqliteLock taken, long now)
    {
        if (Unlock(transaction, taken, now)) transaction.Run("DELETE FROM bus_bodies WHERE seq = ?", taken.Seq);
    }

    public static void GiveBack(SqliteTransaction transaction, SqliteLock taken, long now, long due)
    {
        if (Unlock(transaction, taken, now))
            transaction.Run("INSERT INTO bus_waiting (queue, due, seq, delivery_count) VALUES (?, ?, ?, ?)", taken.Queue, due, taken.Seq, taken.DeliveryCount);
    }

    public static void PutAside(SqliteTransaction transaction, SqliteLock taken, long now, string reason)
    {
        if (Unlock(transaction, taken, now))
            transaction.Run("INSERT INTO bus_dead (queue, seq, at, reason, delivery_count) VALUES (?, ?, ?, ?, ?)", taken.Queue, taken.Seq, now, reason, taken.DeliveryCount);
    }

    public static int ReleaseOfOthers(SqliteTransaction transaction, string owner)
    {
        transaction.Run("INSERT INTO bus_waiting (queue, due, seq, delivery_count) SELECT queue, due, seq, delivery_count FROM bus_locked WHERE owner <> ?", owner);
        return transaction.Run("DELETE FROM bus_locked WHERE owner <> ?", owner);
    }

    /// <summary>Makes a dead letter a message never received before; false where it is no longer there.</summary>
    public static bool Revive(SqliteTransaction transaction, string queue, long seq, long due) =>
        Exhume(transaction, queue, seq)
        && transaction.Run("INSERT INTO bus_waiting (queue, due, seq, delivery_count) VALUES (?, ?, ?, 0)", queue, due, seq) > 0;

    /// <summary>Deletes a dead letter; false where it is no longer there.</summary>
    public static bool Discard(SqliteTransaction transaction, string queue, long seq) =>
        Exhume(transaction, queue, seq) && transaction.Run("DELETE FROM bus_bodies WHERE seq = ?", seq) > 0;

    public static List<DeadLetter> DeadLetters(SqliteSession session, string queue, int most)
    {
        using var rows = session.Query("SELECT seq, at, reason, delivery_count, body FROM bus_dead JOIN bus_bodies USING (seq) WHERE queue = ? ORDER BY seq LIMIT ?", queue, most);
        var letters = new List<DeadLetter>();
        while (rows.Read())
            letters.Add(new(queue, SqliteLock.ToId(rows.Number(0)), new(rows.Number(1), TimeSpan.Zero), rows.Text(2), (int)rows.Number(3), rows.Bytes(4)));
        return letters;
    }

    public static QueueCount Count(SqliteSession session, string queue, long now)
    {
        using var rows = session.Query("""
            SELECT (SELECT count(*) FROM bus_waiting WHERE queue = ?1 AND due <= ?2) + (SELECT count(*) FROM bus_locked WHERE queue = ?1 AND until <= ?2),
                   (SELECT count(*) FROM bus_waiting WHERE queue = ?1 AND due > ?2),
                   (SELECT count(*) FROM bus_locked WHERE queue = ?1 AND until > ?2),
                   (SELECT count(*) FROM bus_dead WHERE queue = ?1)
            """, queue, now);
        rows.Read();
        return new(rows.Number(0), rows.Number(1), rows.Number(2), rows.Number(3));
    }

    /// <summary>When the first message of one queue can be received; null where it is empty.</summary>
    public static long? NextDue(SqliteSession session, string queue)
    {
        using var rows = session.Query("SELECT min(at) FROM (SELECT min(due) AS at FROM bus_waiting WHERE queue = ?1 UNION ALL SELECT min(until) FROM bus_locked WHERE queue = ?1)", queue);
        return rows.Read() && !rows.IsNull(0) ? rows.Number(0) : null;
    }

    /// <summary>When the first message of any queue can be received; null where all are empty.</summary>
    public static long? NextDue(SqliteSession session)
    {
        // Steps from queue to queue: a plain min(due) would pass over every message. Locked ones are few.
        using var rows = session.Query("""
            WITH RECURSIVE queues(queue) AS (
                SELECT min(queue) FROM bus_waiting
                UNION ALL SELECT (SELECT min(w.queue) FROM bus_waiting w WHERE w.queue > queues.queue) FROM queues WHERE queues.queue IS NOT NULL)
            SELECT min(at) FROM (
                SELECT (SELECT min(w.due) FROM bus_waiting w WHERE w.queue = queues.queue) AS at FROM queues
                UNION ALL SELECT min(until) FROM bus_locked)
            """);
        return rows.Read() && !rows.IsNull(0) ? rows.Number(0) : null;
    }

    /// <summary>Puts messages whose lock has ended back to where they were.</summary>
    private static void ReleaseEnded(SqliteTransaction transaction, string queue, long now)
    {
        transaction.Run("INSERT INTO bus_waiting (queue, due, seq, delivery_count) SELECT queue, due, seq, delivery_count FROM bus_locked WHERE queue = ? AND until <= ?", queue, now);
        transaction.Run("DELETE FROM bus_locked WHERE queue = ? AND until <= ?", queue, now);
    }

    /// <summary>Locks everything in the queue up to and including one message.</summary>
    private static void Lock(SqliteTransaction transaction, string queue, long lastDue, long lastSeq, long until, long number, string owner)
    {
        transaction.Run("INSERT INTO bus_locked (queue, until, seq, lock, owner, due, delivery_count) SELECT queue, ?, seq, ?, ?, due, delivery_count + 1 FROM bus_waiting WHERE queue = ? AND (due, seq) <= (?, ?)",
            until, number, owner, queue, lastDue, lastSeq);
        transaction.Run("DELETE FROM bus_waiting WHERE queue = ? AND (due, seq) <= (?, ?)", queue, lastDue, lastSeq);
    }

    /// <summary>Ends the lock; false where it was lost before.</summary>
    private static bool Unlock(SqliteTransaction transaction, SqliteLock taken, long now) =>
        taken.Until > now && transaction.Run("DELETE FROM bus_locked WHERE queue = ? AND until = ? AND seq = ? AND lock = ?", taken.Queue, taken.Until, taken.Seq, taken.Number) > 0;

    private static bool Exhume(SqliteTransaction transaction, string queue, long seq) =>
        transaction.Run("DELETE FROM bus_dead WHERE queue = ? AND seq = ?", queue, seq) > 0;
}
