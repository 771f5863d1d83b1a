using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class FileCheckTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();
    private readonly CheckAlarm _alarm = new();
    private readonly string _path;

    public FileCheckTests() => _path = Path.Combine(_directory.FullPath, "flag");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_that_must_exist_is_down_without_it_and_its_coming_rings()
    {
        using FileCheck check = Create(FileExpectation.Exists);
        Assert.Equal([$"{_path} does not exist"], (await Probe(check)).Reasons);

        await ChangeAsync(() => File.WriteAllText(_path, ""));
        Assert.Equal(CheckAnswer.Ready, await Probe(check));
        await ChangeAsync(() => File.Delete(_path));
        Assert.Equal(HealthClass.Down, (await Probe(check)).Class);
    }

    [Fact]
    public async Task A_file_that_must_be_absent_takes_the_node_out()
    {
        using FileCheck check = Create(FileExpectation.Absent);
        Assert.Equal(CheckAnswer.Ready, await Probe(check));

        await ChangeAsync(() => File.WriteAllText(_path, ""));
        Assert.Equal([$"{_path} exists"], (await Probe(check)).Reasons);
    }

    [Fact]
    public async Task The_number_in_a_file_is_what_it_costs()
    {
        using FileCheck check = Create(FileExpectation.Weight);
        Assert.Equal(CheckAnswer.Ready, await Probe(check));

        await ChangeAsync(() => File.WriteAllText(_path, "25\n"));
        CheckAnswer lowered = await Probe(check);
        Assert.Equal((HealthClass.NotReady, CheckWeight.Lower(25)), (lowered.Class, lowered.Weight));
        Assert.Equal([$"{_path} says 25"], lowered.Reasons);

        await ChangeAsync(() => File.WriteAllText(_path, "fault"));
        Assert.Equal(CheckWeight.Fault, (await Probe(check)).Weight);
        await ChangeAsync(() => File.WriteAllText(_path, "0"));
        Assert.Equal(CheckAnswer.Ready, await Probe(check));
    }

    [Fact]
    public async Task A_file_that_is_replaced_by_a_rename_rings()
    {
        using FileCheck check = Create(FileExpectation.Weight);
        await Probe(check);
        string other = Path.Combine(_directory.FullPath, "new");
        File.WriteAllText(other, "7");

        await ChangeAsync(() => File.Move(other, _path));
        Assert.Equal(CheckWeight.Lower(7), (await Probe(check)).Weight);
    }

    [Fact]
    public async Task What_changes_beside_it_does_not_ring()
    {
        using FileCheck check = Create(FileExpectation.Exists);
        await Probe(check);
        File.WriteAllText(Path.Combine(_directory.FullPath, "other"), "");
        await Task.Delay(100);
        Assert.False(_alarm.Rung.IsCompleted);

        await ChangeAsync(() => File.WriteAllText(_path, ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("255")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    [InlineData("Fault")]
    [InlineData("99999999999999999999")]
    public async Task What_is_no_weight_is_down_with_the_weight_of_the_check(string content)
    {
        File.WriteAllText(_path, content);
        using FileCheck check = Create(FileExpectation.Weight);
        CheckAnswer answer = await Probe(check);

        Assert.Equal((HealthClass.Down, null), (answer.Class, answer.Weight));
        Assert.Equal([$"{_path} does not hold a weight: 0 to 254, or fault"], answer.Reasons);
    }

    [Fact]
    public void Any_text_is_a_weight_in_range_or_none()
    {
        var random = new Random(11);
        for (int round = 0; round < 20_000; round++)
        {
            const string Alphabet = "0123456789-+. \nft";
            char[] text = random.GetItems(Alphabet.AsSpan(), random.Next(5));
            Assert.True(FileCheck.ParseWeight(new string(text)) is not { } weight || weight.Amount is >= 0 and <= 254);
        }
    }

    [Fact]
    public async Task Before_its_folder_exists_and_when_it_has_come_the_interval_finds_out()
    {
        string folder = Path.Combine(_directory.FullPath, "later");
        using var check = new FileCheck(new FileSettings(Path.Combine(folder, "flag"), FileExpectation.Exists), _alarm);
        Assert.Equal(HealthClass.Down, (await Probe(check)).Class);

        Directory.CreateDirectory(folder);
        Assert.Equal(HealthClass.Down, (await Probe(check)).Class);
        await ChangeAsync(() => File.WriteAllText(Path.Combine(folder, "flag"), ""));
        Assert.Equal(CheckAnswer.Ready, await Probe(check));
    }

    private FileCheck Create(FileExpectation expect) => new(new FileSettings(_path, expect), _alarm);

    private static Task<CheckAnswer> Probe(FileCheck check) =>
        check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);

    private async Task ChangeAsync(Action change)
    {
        _alarm.Reset();
        change();
        await _alarm.Rung.WaitAsync(Bound);
    }
}
