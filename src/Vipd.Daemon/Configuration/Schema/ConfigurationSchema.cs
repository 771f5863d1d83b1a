using System.Text;

namespace Vipd.Daemon.Configuration.Schema;

/// <summary>
/// The JSON Schema of vipd.yaml. It is not written down anywhere: specimens that use the whole format are read by the
/// readers that also validate, and what the readers ask for is the schema. Descriptions are the example's comments.
/// </summary>
internal static class ConfigurationSchema
{
    /// <summary>Where the packages put it.</summary>
    public const string InstalledPath = "/usr/share/vipd/vipd.schema.json";

    private const string ExampleResource = "vipd.example.yaml";
    private const string ChecksResource = "vipd.checks.yaml";
    private const string FormsResource = "vipd.forms.yaml";

    /// <summary>config/vipd.yaml as it ships.</summary>
    public static string Example => Resource(ExampleResource);

    /// <summary>
    /// Valid files that together use the whole format. The examples show defaults, which for a list is often an empty
    /// one; the forms show an entry of each.
    /// </summary>
    public static IReadOnlyList<string> Specimens =>
        [Example, Resource(ChecksResource), .. Resource(FormsResource).Split("\n---\n")];

    public static string Write() => SchemaWriter.Write(Gather());

    /// <summary>What stands at the root of the file.</summary>
    public static SchemaNode Gather()
    {
        var root = new SchemaNode();
        foreach (string text in Specimens)
            Read(new Specimen(text), root);
        return root;
    }

    private static void Read(Specimen specimen, SchemaNode root)
    {
        var notes = new FormatNotes();
        var errors = new ErrorList("specimen") { Notes = notes };
        ConfigurationNode? tree = YamlTree.Parse(specimen.Text, errors);
        if (tree is not null)
            _ = ConfigurationReader.Read(tree, errors);
        if (errors.Count > 0)
            throw new InvalidOperationException("a specimen is no valid configuration: " + errors.InOrder()[0]);
        new SchemaGathering(notes, specimen).Take(root, tree!);
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(ConfigurationSchema).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built into vipd");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
