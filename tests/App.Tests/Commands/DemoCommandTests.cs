namespace MarketingAutomation.Commands;

public class DemoCommandTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("50001")]
    public void A_number_of_customers_that_makes_no_shop_is_refused_with_those_that_do(string number)
    {
        var error = Assert.Single(DemoCommand.Create().Parse(["--customers", number]).Errors);
        Assert.Equal("--customers is a number from 1 to 50000.", error.Message);
    }

    [Fact]
    public void Nothing_need_be_said() => Assert.Empty(DemoCommand.Create().Parse([]).Errors);
}
