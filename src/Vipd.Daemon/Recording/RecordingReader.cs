using System.Diagnostics.CodeAnalysis;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>
/// Bytes into a recording. They may come from anywhere: whatever they are, the answer is a recording that can be
/// replayed, or one sentence that says what is wrong with them.
/// </summary>
internal static class RecordingReader
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(3660);

    /// <summary>Half of what the clock can say, so that no sum with an interval reaches "never".</summary>
    private static readonly MonotonicTime LatestTime = new(long.MaxValue / 2);

    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out FlightRecording? recording,
        [NotNullWhen(false)] out string? error)
    {
        recording = null;
        error = CheckFrame(bytes);
        if (error is not null)
            return false;
        var cursor = new ByteCursor(bytes[..^sizeof(uint)]);
        cursor.Skip(RecordingFormat.Magic.Length + (2 * sizeof(ushort)));
        recording = ReadBody(ref cursor);
        if (cursor.Error is null && cursor.Remaining > 0)
            cursor.Fail($"{cursor.Remaining} bytes too many");
        error = cursor.Error is { } reason ? $"not a recording that can be replayed: {reason}" : null;
        recording = error is null ? recording : null;
        return error is null;
    }

    private static string? CheckFrame(ReadOnlySpan<byte> bytes)
    {
        int least = RecordingFormat.Magic.Length + (2 * sizeof(ushort)) + sizeof(uint);
        if (!bytes.StartsWith(RecordingFormat.Magic[..Math.Min(bytes.Length, RecordingFormat.Magic.Length)]))
            return "not a recording of vipd: it does not begin with \"vipdrec\"";
        if (bytes.Length < least)
            return $"the recording is cut off: {bytes.Length} bytes, at least {least}";
        var cursor = new ByteCursor(bytes[RecordingFormat.Magic.Length..]);
        int version = cursor.UInt16();
        if (version != RecordingFormat.Version)
        {
            return $"the recording has format {version}, this vipd reads format {RecordingFormat.Version}: "
                + "replay it with the vipd that wrote it";
        }

        var tail = new ByteCursor(bytes[^sizeof(uint)..]);
        return (uint)tail.Int32() == RecordingFormat.Checksum(bytes[..^sizeof(uint)])
            ? null
            : "the recording is damaged or cut off: its checksum does not fit; copy the file again";
    }

    private static FlightRecording ReadBody(ref ByteCursor cursor)
    {
        string version = cursor.Text();
        string host = cursor.Text();
        string reason = cursor.Text();
        long ticks = cursor.Int64(0, DateTime.MaxValue.Ticks);
        var monotonic = new MonotonicTime(cursor.Int64(0, LatestTime.Nanoseconds));
        int count = cursor.UInt16();
        List<RecordedRouter> routers = [];
        for (int i = 0; i < count && cursor.Error is null; i++)
            routers.Add(ReadRouter(ref cursor, $"router {i}"));
        FlightRecord[] records = ReadRecords(ref cursor, routers);
        return new FlightRecording(
            version, host, reason, new DateTimeOffset(ticks, TimeSpan.Zero), monotonic, routers, records);
    }

    private static RecordedRouter ReadRouter(ref ByteCursor cursor, string what)
    {
        string name = cursor.Text();
        string interfaceName = cursor.Text();
        if (!Vrid.TryFrom(cursor.Byte(), out Vrid vrid))
            cursor.Fail($"{what} has VRID 0");
        var priority = new Priority(cursor.Byte());
        if (priority.IsResign)
            cursor.Fail($"{what} has priority 0");
        if (!Centiseconds.TryFrom(cursor.UInt16(), out Centiseconds interval))
            cursor.Fail($"{what} has an interval that is not 10 ms to 40.95 s");
        byte preempt = cursor.Byte();
        byte margin = cursor.Byte();
        Centiseconds? skewUnit = Centiseconds.TryFrom(cursor.UInt16(), out Centiseconds unit) ? unit : null;
        var sync = (SyncPlace)cursor.Byte();
        if (sync > SyncPlace.Other)
            cursor.Fail($"{what} has a place in a sync group that there is not");
        TimeSpan preemptDelay = Delay(ref cursor);
        TimeSpan holdDown = Delay(ref cursor);
        TimeSpan startupDelay = Delay(ref cursor);
        TimeSpan refresh = Delay(ref cursor);
        var announceAfter = new TimeSpan[cursor.Count(sizeof(long))];
        for (int i = 0; i < announceAfter.Length; i++)
            announceAfter[i] = Delay(ref cursor);
        InternetAddress primary = cursor.Address();
        var addresses = new InternetAddress[cursor.Count(1 + sizeof(uint))];
        for (int i = 0; i < addresses.Length; i++)
            addresses[i] = cursor.Address();
        if (addresses.Length == 0)
            cursor.Fail($"{what} has no address");
        byte[] state = cursor.Bytes(cursor.Int32()).ToArray();
        var parameters = new RouterParameters
        {
            Priority = priority,
            AdvertisementInterval = interval,
            SkewUnit = skewUnit,
            PrimaryAddress = primary,
            AddressCount = Math.Max(1, addresses.Length),
            Preempt = preempt != 0,
            PreemptMargin = margin,
            Sync = sync,
            PreemptDelay = preemptDelay,
            HoldDown = holdDown,
            StartupDelay = startupDelay,
            AnnounceAfter = [.. announceAfter],
            AnnounceRefresh = refresh,
        };
        if (cursor.Error is null && !VirtualRouter.TryRestore(parameters, state, out _))
            cursor.Fail($"the state of {what} is not one of this version; replay it with the vipd that wrote it");
        return new RecordedRouter(name, vrid, interfaceName, addresses, parameters, state);
    }

    private static TimeSpan Delay(ref ByteCursor cursor) => new(cursor.Int64(0, LongestDelay.Ticks));

    private static FlightRecord[] ReadRecords(ref ByteCursor cursor, List<RecordedRouter> routers)
    {
        int count = cursor.Int32();
        if (count < 0 || (long)count * FlightRecord.Size > cursor.Remaining)
            cursor.Fail($"it claims {count} records");
        if (cursor.Error is not null)
            return [];
        var records = new FlightRecord[count];
        MonotonicTime before = MonotonicTime.Origin;
        int owner = -1; // Of the event that transitions belong to.
        for (int i = 0; i < count && cursor.Error is null; i++)
        {
            FlightRecord record = FlightRecord.Read(cursor.Bytes(FlightRecord.Size));
            records[i] = record;
            if (record.Now < before || record.Now > LatestTime)
                cursor.Fail($"record {i} lies before the one before it");
            else if (record.Router >= routers.Count)
                cursor.Fail($"record {i} is of router {record.Router}, and there are {routers.Count}");
            else if (!IsSound(record, owner, routers, isLast: i == count - 1))
                cursor.Fail($"record {i} is neither an event nor a transition of the event before it");
            before = record.Now;
            owner = record.Router;
        }

        return records;
    }

    private static bool IsSound(in FlightRecord record, int owner, List<RecordedRouter> routers, bool isLast)
    {
        if (record.IsTransition)
            return record.Router == owner && record.TryGetTransition(out _);
        return record.TryGetEvent(out RouterEvent routerEvent)
            && routerEvent.Address < routers[record.Router].Addresses.Count
            && (isLast || record.Outcome != FlightRecord.Unfinished);
    }
}
