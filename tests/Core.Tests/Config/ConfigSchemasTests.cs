namespace MarketingAutomation.Config;

public class ConfigSchemasTests
{
    [Fact]
    public void The_schemas_in_the_config_folder_are_up_to_date() =>
        Assert.All(ConfigSchemas.All(), schema => Golden.Match(Path.Combine(SampleConfig.Folder, "schema", schema.FileName), schema.Text));
}
