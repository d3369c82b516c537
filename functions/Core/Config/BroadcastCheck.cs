namespace MarketingAutomation.Config;

/// <summary>A broadcast and a journey of one name would be one in reports.</summary>
public static class BroadcastCheck
{
    public static IEnumerable<Finding> Check(ConfigFolder folder) =>
        from file in folder.Broadcasts.Values
        where folder.Journeys.ContainsKey(file.Id)
        select new Finding(file.Path, null, null, $"has the name of a journey, journeys/{file.Id}.json, and reports know both by it: choose another");
}
