using MarketingAutomation.Messages;

namespace MarketingAutomation.Config;

/// <summary>Everything that can be wrong with the folder beyond what each file's schema says.</summary>
public static class CatalogCheck
{
    private static readonly string[] Folders = ["segments", "traits", "journeys", "broadcasts", "messages", "policy"];

    public static IEnumerable<Finding> Check(ConfigFolder folder)
    {
        var names = Names.In(folder);
        var policy = folder.Policy?.Value as Policy;
        var parts = folder.JsonFiles.SelectMany(file => file.Parts).ToArray();
        return
        [
            .. folder.Strays.Select(Stray),
            .. folder.JsonFiles.SelectMany(file => file.Findings),
            .. NameCheck.Check(folder),
            .. PolicyCheck.Check(folder),
            .. JurisdictionCheck.Check(folder),
            .. SegmentCheck.Check(folder),
            .. folder.Journeys.Values.SelectMany(JourneyCheck.Check),
            .. BroadcastCheck.Check(folder),
            .. folder.Messages.Values.SelectMany(message => MessageCheck.Check(message, policy, folder.Partials)),
            .. PartialsCheck.Check(folder.Partials),
            .. parts.SelectMany(NameCheck.Check),
            .. parts.SelectMany(ConditionCheck.Check),
            .. parts.SelectMany(CountCheck.Check),
            .. parts.SelectMany(TraitCheck.Check),
            .. parts.SelectMany(part => ReferenceCheck.Check(part, names)),
        ];
    }

    private static Finding Stray(string path)
    {
        var top = path.Split('/')[0];
        return new(path, null, null, "has no place here: config holds segments/{id}.json, traits/{id}.json, journeys/{id}.json, broadcasts/{id}.json, messages/{id}/message.json with {locale}.html or .txt, messages/_partials/{id}.html or .txt, policy.json and policy/{id}.json"
            + (Folders.Contains(top) ? "" : Words.DidYouMean(top, [.. Folders, "policy.json"])));
    }
}
