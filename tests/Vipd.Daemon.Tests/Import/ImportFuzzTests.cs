using System.Text;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Import;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Tests.Import;

/// <summary>Any text comes to an end: with a result whose YAML can be read, or with a place and a reason.</summary>
public class ImportFuzzTests
{
    private const string Alphabet = "{}{}\n\n\n  \t$@~^\\\"'#!=(),./:0123456789abcx";

    private static readonly string[] Fragments =
    [
        "vrrp_instance", "vrrp_script", "virtual_ipaddress", "track_script", "192.0.2.1", "2001:db8::1/64", "include *",
        "$A=", "${A}", "~SEQ(A,1,3)", "~LST({A,B},{1,2})", "@id ", "@^id ", "weight -2", "notify", "authentication",
        "unicast_peer", "vrrp_sync_group", "group", "priority 300", "advert_int 0.1", "script \"", "use_vmac", "\\x0",
    ];

    private static readonly MachineFiles Nowhere = new("/nonexistent");

    public static TheoryData<string> Samples => KeepalivedImportTests.Samples;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_truncation_of_a_sample_ends_well(string name)
    {
        string text = Text(name);
        for (int length = 0; length < text.Length; length += 3)
            Run(text[..length]);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Flipped_bits_end_well(string name)
    {
        byte[] octets = Encoding.UTF8.GetBytes(Text(name));
        var random = new Random(51);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. octets];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Run(Encoding.UTF8.GetString(damaged));
        }
    }

    [Fact]
    public void Random_texts_end_well()
    {
        var random = new Random(112);
        for (int i = 0; i < 3000; i++)
        {
            var text = new StringBuilder();
            for (int j = random.Next(120); j > 0; j--)
            {
                if (random.Next(3) == 0)
                    text.Append(Fragments[random.Next(Fragments.Length)]).Append(' ');
                else
                    text.Append(Alphabet[random.Next(Alphabet.Length)]);
            }

            Run(text.ToString());
        }
    }

    private static string Text(string name) => File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Import", "samples", "etc", "keepalived", name));

    private static void Run(string text)
    {
        try
        {
            ImportResult result = KeepalivedImport.Run("fuzz.conf", text, "id", Nowhere);
            if (result.Text is { } yaml)
            {
                var errors = new ErrorList("fuzz");
                Assert.True(YamlTree.Parse(yaml, errors) is not null, $"{string.Join('\n', errors.InOrder())}\n{yaml}");
            }
        }
        catch (ImportException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
    }
}
