namespace MarketingAutomation.Collect;

public class JunkIdsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n\u00a0\u3000")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("undefined")]
    [InlineData("NaN")]
    [InlineData("None")]
    [InlineData("nil")]
    [InlineData("true")]
    [InlineData("False")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("[object Object]")]
    [InlineData("anonymous")]
    [InlineData("Guest")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("user_id")]
    [InlineData("\"undefined\"")]
    [InlineData(" 'null' ")]
    [InlineData("\"\"")]
    public void A_text_that_names_nobody_is_junk(string id) => Assert.True(JunkIds.Contains(id));

    [Theory]
    [InlineData("u1")]
    [InlineData("1")]
    [InlineData("00")]
    [InlineData("nullable")]
    [InlineData("guest-17")]
    [InlineData("true@example.com")]
    [InlineData("e5c7a1f0-0000-0000-0000-000000000000")]
    [InlineData("o'brien")]
    public void A_text_that_only_resembles_junk_is_an_id(string id) => Assert.False(JunkIds.Contains(id));

    [Fact]
    public void Case_blanks_and_quotes_make_no_id_out_of_junk() => Gen.Select(Gen.OneOf([.. JunkIds.Texts.Order(StringComparer.Ordinal)]), Gen.Bool, Gen.OneOf("", " ", "\"", " '", "\t")).Sample((junk, upper, around) =>
        JunkIds.Contains(around + (upper ? junk.ToUpperInvariant() : junk) + around));
}
