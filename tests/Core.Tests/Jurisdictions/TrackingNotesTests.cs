using System.Collections.Immutable;
using MarketingAutomation.Journeys;
using MarketingAutomation.Segments;
using static MarketingAutomation.Shop;

namespace MarketingAutomation.Jurisdictions;

public class TrackingNotesTests
{
    private static readonly Condition Opened = new Condition.Engaged(Engagement.Opened);

    public static TheoryData<string, bool> Conditions => new() { { "opened", true }, { "clicked", true }, { "segment", true }, { "not", true }, { "got", false }, { "event", false } };

    [Theory, MemberData(nameof(Conditions))]
    public void A_journey_that_asks_what_was_opened_or_clicked_is_noted_where_some_are_not_tracked(string asks, bool noted)
    {
        Condition when = asks switch
        {
            "opened" => Opened,
            "clicked" => new Condition.Event("Email Link Clicked"),
            "segment" => new Condition.InSegment("outer"),
            "not" => new Condition.All([new Condition.Not(Opened)]),
            "got" => new Condition.Engaged(Engagement.Got),
            _ => new Condition.Event("Order Completed"),
        };
        Assert.Equal(noted ? ["journeys/j.json"] : [], TrackingNotes.Of(Catalog(Requirement.OptIn, when)).Select(note => note.Where));
        Assert.Empty(TrackingNotes.Of(Catalog(Requirement.OptOut, when)));
    }

    private static Catalog Catalog(Requirement tracking, Condition when) => new Shop()
        .With(policy => policy with { Packs = new(ImmutableSortedDictionary.Create<string, Jurisdiction>(StringComparer.Ordinal).Add("eu", new(Name("Europe"), ["DE"], Tracking: tracking))) })
        .With("inner", Opened).With("outer", new Condition.InSegment("inner"))
        .With("j", new Journey(Name("j"), new Entry.Event("Signed Up"), [new Step.Branch("b", [new Way([new Step.Send("s", "hello")], when), new Way([])])])).Catalog;
}
