using System.Buffers.Binary;
using Vipd.Daemon.Recording;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Recording;

/// <summary>A recording is foreign bytes: it may have been cut, damaged, or made to hurt.</summary>
public sealed class RecordingReaderTests
{
    [Fact]
    public void Everything_that_was_written_is_read()
    {
        FlightRecording written = Sample() with { Reason = "ein Grund: ü" };
        Assert.True(RecordingReader.TryRead(RecordingWriter.Write(written), out FlightRecording? read, out _));
        Assert.Equal(
            (written.Version, written.Host, written.Reason, written.TakenAt, written.TakenAtMonotonic),
            (read.Version, read.Host, read.Reason, read.TakenAt, read.TakenAtMonotonic));
        Assert.Equal(written.Routers.Count, read.Routers.Count);
        foreach ((RecordedRouter before, RecordedRouter after) in written.Routers.Zip(read.Routers))
        {
            Assert.Equal(
                before.Parameters with { AnnounceAfter = [] }, after.Parameters with { AnnounceAfter = [] });
            Assert.Equal(before.Parameters.AnnounceAfter.ToArray(), after.Parameters.AnnounceAfter.ToArray());
            Assert.Equal(before.Addresses, after.Addresses);
            Assert.Equal(before.State.ToArray(), after.State.ToArray());
            Assert.Equal(
                (before.Name, before.Vrid, before.InterfaceName), (after.Name, after.Vrid, after.InterfaceName));
        }

        Assert.Equal(written.Records.ToArray(), read.Records.ToArray());
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = RecordingWriter.Write(Sample());
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(RecordingReader.TryRead(bytes.AsSpan(0, length), out _, out string? error));
            Assert.NotEmpty(error);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        byte[] bytes = RecordingWriter.Write(Sample());
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RecordingReader.TryRead(bytes, out _, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Bytes_with_a_right_checksum_are_refused_or_can_be_replayed()
    {
        var random = new Random(1);
        byte[] sample = RecordingWriter.Write(Sample());
        int read = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = sample[..(random.Next(4) == 0 ? random.Next(24, sample.Length) : sample.Length)];
            for (int change = random.Next(1, 8); change > 0; change--)
                bytes[random.Next(12, bytes.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)i };
            Seal(bytes);
            if (!RecordingReader.TryRead(bytes, out FlightRecording? recording, out string? error))
            {
                Assert.StartsWith("not a recording that can be replayed: ", error, StringComparison.Ordinal);
                continue;
            }

            read++;
            Assert.True(Replay.Of(recording).Count() <= recording.Records.Length);
        }

        Assert.InRange(read, 5_000, 45_000);
    }

    [Fact]
    public void Errors_say_what_is_wrong_and_what_to_do()
    {
        byte[] bytes = RecordingWriter.Write(Sample());
        Assert.Equal("not a recording of vipd: it does not begin with \"vipdrec\"", ErrorOf("virtualRouters:"u8));
        Assert.Equal("the recording is cut off: 9 bytes, at least 16", ErrorOf(bytes.AsSpan(0, 9)));
        Assert.Contains("copy the file again", ErrorOf(bytes.AsSpan(0, bytes.Length - 1)), StringComparison.Ordinal);
        bytes[8] = RecordingFormat.Version + 1;
        Assert.Equal(
            "the recording has format 7, this vipd reads format 6: replay it with the vipd that wrote it",
            ErrorOf(bytes));
    }

    private static string ErrorOf(ReadOnlySpan<byte> bytes)
    {
        Assert.False(RecordingReader.TryRead(bytes, out _, out string? error));
        return error;
    }

    private static void Seal(byte[] bytes) => BinaryPrimitives.WriteUInt32LittleEndian(
        bytes.AsSpan(bytes.Length - 4), RecordingFormat.Checksum(bytes.AsSpan(0, bytes.Length - 4)));

    private static FlightRecording Sample()
    {
        var election = new RecordedElection(routers: 2, addresses: 2);
        election.TellAnything(new Random(2), 60);
        election.Tell(RouterEvent.AdvertisementReceived(
            new Priority(200), InternetAddress.Parse("2001:db8::7"), new Centiseconds(20)));
        return election.Recorder.Take("test");
    }
}
