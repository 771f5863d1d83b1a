using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public sealed class AddressRecordTests
{
    private const string Boot = "3d2c9bbb-1f0e-4f44-b0a0-6b1d8a3f9f10";

    private static readonly RecordedAddress[] Sample =
    [
        new(new InterfaceIndex(2), InternetAddress.Parse("192.0.2.100"), 32, 5312),
        new(new InterfaceIndex(17), InternetAddress.Parse("2001:db8::100"), 128, uint.MaxValue),
    ];

    [Fact]
    public void What_is_written_is_read_again_in_the_same_boot_alone()
    {
        string text = AddressRecord.Format(Boot, Sample);
        Assert.Equal(
            $"vipd-addresses 1 {Boot}\n2 192.0.2.100/32 5312\n17 2001:db8::100/128 4294967295\n", text);
        Assert.Equal(Sample, Assert.IsType<HashSet<RecordedAddress>>(AddressRecord.Parse(text, Boot)));
        Assert.Null(AddressRecord.Parse(text, Guid.NewGuid().ToString()));
        Assert.Empty(AddressRecord.Parse(AddressRecord.Format(Boot, []), Boot)!);
    }

    [Fact]
    public void A_damaged_record_is_read_as_far_as_it_makes_sense()
    {
        string text = AddressRecord.Format(Boot, Sample);
        var random = new Random(1);
        for (int i = 0; i < text.Length; i++)
        {
            AssertHarmless(text[..i]);
            AssertHarmless(text[..i] + (char)(text[i] ^ (1 << random.Next(7))) + text[(i + 1)..]);
        }

        for (int i = 0; i < 10_000; i++)
        {
            string noise = new([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(32, 128))]);
            Assert.Empty(AddressRecord.Parse($"vipd-addresses 1 {Boot}\n{noise}", Boot)!);
        }

        static void AssertHarmless(string damaged) =>
            Assert.InRange(AddressRecord.Parse(damaged, Boot)?.Count ?? 0, 0, Sample.Length);
    }

    [Fact]
    public void Written_to_a_file_and_read_by_the_same_boot()
    {
        using var folder = new TemporaryDirectory();
        string path = AddressRecord.PathFor(folder["vipd.sock"]);
        Assert.Null(AddressRecord.Read(path));
        AddressRecord.Write(path, Sample);
        AddressRecord.Write(path, Sample);
        Assert.Equal(Sample, AddressRecord.Read(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullPath));
    }
}
