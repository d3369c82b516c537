using System.Net;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace MarketingAutomation.Storage;

/// <summary>What an answer of Table Storage, or none, means.</summary>
internal static class TableFaults
{
    /// <summary>No answer, or one that may come after the work was done: try again, but look first.</summary>
    public static bool IsPassing(Exception fault, CancellationToken ct) => fault switch
    {
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true, // 0: no answer
        RequestFailedException refused => refused.ErrorCode == TableErrorCode.TableBeingDeleted,
        OperationCanceledException => !ct.IsCancellationRequested,            // our own limit for one request
        AggregateException all => all.InnerExceptions.All(one => IsPassing(one, ct)),
        _ => fault is IOException or HttpRequestException,
    };

    public static bool IsNoTable(RequestFailedException fault) => fault.ErrorCode == TableErrorCode.TableNotFound;

    /// <summary>A write of a transaction found its row not as expected, or did not find it.</summary>
    public static bool IsConflict(TableTransactionFailedException fault) =>
        (HttpStatusCode)fault.Status is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed
        || fault.Status == (int)HttpStatusCode.Conflict && fault.ErrorCode == TableErrorCode.EntityAlreadyExists;
}
