using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>A recording into bytes; <see cref="RecordingFormat"/> draws them.</summary>
internal static class RecordingWriter
{
    private const int LongestText = 1024;

    public static byte[] Write(FlightRecording recording)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(RecordingFormat.Magic);
        buffer.Put(RecordingFormat.Version);
        buffer.Put((ushort)0);
        buffer.Put(recording.Version);
        buffer.Put(recording.Host);
        buffer.Put(recording.Reason);
        buffer.Put(recording.TakenAt.UtcTicks);
        buffer.Put(recording.TakenAtMonotonic.Nanoseconds);
        buffer.Put((ushort)recording.Routers.Count);
        foreach (RecordedRouter router in recording.Routers)
            Write(buffer, router);
        buffer.Put(recording.Records.Length);

        // Large, in a process that makes little garbage so as to collect rarely: allocated once, with its length.
        byte[] bytes = new byte[
            buffer.WrittenCount + (recording.Records.Length * FlightRecord.Size) + sizeof(uint)];
        buffer.WrittenSpan.CopyTo(bytes);
        int at = buffer.WrittenCount;
        foreach (ref readonly FlightRecord record in recording.Records.Span)
        {
            record.Write(bytes.AsSpan(at));
            at += FlightRecord.Size;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), RecordingFormat.Checksum(bytes.AsSpan(0, at)));
        return bytes;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, RecordedRouter router)
    {
        RouterParameters parameters = router.Parameters;
        buffer.Put(router.Name);
        buffer.Put(router.InterfaceName);
        buffer.Write([router.Vrid.Value, parameters.Priority.Value]);
        buffer.Put((ushort)parameters.AdvertisementInterval.Value);
        buffer.Write([parameters.Preempt ? (byte)1 : (byte)0, (byte)parameters.PreemptMargin]);
        buffer.Put((ushort)(parameters.SkewUnit?.Value ?? 0));
        buffer.Write([(byte)parameters.Sync]);
        buffer.Put(parameters.PreemptDelay.Ticks);
        buffer.Put(parameters.HoldDown.Ticks);
        buffer.Put(parameters.StartupDelay.Ticks);
        buffer.Put(parameters.AnnounceRefresh.Ticks);
        buffer.Put((ushort)parameters.AnnounceAfter.Length);
        foreach (TimeSpan after in parameters.AnnounceAfter)
            buffer.Put(after.Ticks);
        buffer.Put(parameters.PrimaryAddress);
        buffer.Put((ushort)router.Addresses.Count);
        foreach (InternetAddress address in router.Addresses)
            buffer.Put(address);
        buffer.Put(router.State.Length);
        buffer.Write(router.State.Span);
    }

    private static void Put(this ArrayBufferWriter<byte> buffer, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.GetSpan(sizeof(ushort)), value);
        buffer.Advance(sizeof(ushort));
    }

    private static void Put(this ArrayBufferWriter<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), value);
        buffer.Advance(sizeof(int));
    }

    private static void Put(this ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), value);
        buffer.Advance(sizeof(long));
    }

    private static void Put(this ArrayBufferWriter<byte> buffer, InternetAddress address)
    {
        buffer.Write([(byte)address.Length]);
        address.CopyTo(buffer.GetSpan(16));
        buffer.Advance(address.Length);
    }

    private static void Put(this ArrayBufferWriter<byte> buffer, string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text.Length <= LongestText ? text : text[..LongestText]);
        buffer.Put((ushort)octets.Length);
        buffer.Write(octets);
    }
}
