using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>
/// One event that went into an election, or one transition that came out of it. 32 bytes, two to a cache line; what
/// the fields mean depends on the kind, as in <see cref="RouterEvent"/>.
/// <code>
///   0        8                 24        26       28     29       30        31
///   | time   | sender, trigger | router  | value  | kind | detail | outcome | family, states |
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FlightRecord
{
    public const int Size = 32;

    /// <summary>The kind of a record that is no event.</summary>
    public const byte TransitionKind = 0x80;

    /// <summary>The outcome of an event that the election has not come back from.</summary>
    public const byte Unfinished = 0xFF;

    private const byte AtVirtualMac = 1;
    private const byte FamilyIPv4 = 4;
    private const byte FamilyIPv6 = 6;

    private long _nanoseconds;
    private ulong _high;
    private ulong _low;
    private ushort _router;
    private ushort _value;
    private byte _kind;
    private byte _detail;
    private byte _outcome;
    private byte _extra;

    public readonly MonotonicTime Now => new(_nanoseconds);

    /// <summary>Its number in the recording.</summary>
    public readonly int Router => _router;

    public readonly bool IsTransition => _kind == TransitionKind;

    /// <summary>How many actions the event made, or <see cref="Unfinished"/>.</summary>
    public byte Outcome
    {
        readonly get => _outcome;
        set => _outcome = value;
    }

    public static FlightRecord Of(int router, in RouterEvent routerEvent, MonotonicTime now)
    {
        InternetAddress sender = routerEvent.Sender;
        return new FlightRecord
        {
            _nanoseconds = now.Nanoseconds,
            _high = sender.High,
            _low = sender.Low,
            _router = (ushort)router,
            _value = (ushort)(routerEvent.Kind == RouterEventKind.AdvertisementReceived
                ? routerEvent.MaxAdvertiseInterval.Value
                : routerEvent.Address),
            _kind = (byte)routerEvent.Kind,
            _detail = routerEvent.Kind switch
            {
                RouterEventKind.Startup or RouterEventKind.Shutdown => (byte)routerEvent.Cause,
                RouterEventKind.FaultRaised or RouterEventKind.FaultCleared => (byte)routerEvent.Fault,
                RouterEventKind.AnnouncementHeard => routerEvent.AtVirtualMac ? AtVirtualMac : (byte)0,
                _ => routerEvent.Priority.Value,
            },
            _outcome = Unfinished,
            _extra = sender.IsIPv6 ? FamilyIPv6 : FamilyIPv4,
        };
    }

    public static FlightRecord Of(int router, in RouterAction transition, MonotonicTime now) => new()
    {
        _nanoseconds = now.Nanoseconds,
        _low = (ulong)transition.Trigger.Nanoseconds,
        _router = (ushort)router,
        _kind = TransitionKind,
        _detail = (byte)transition.Cause,
        _extra = (byte)(((int)transition.From << 4) | (int)transition.To),
    };

    /// <summary>Little-endian, whatever the machine is.</summary>
    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, _nanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _high);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _low);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[24..], _router);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[26..], _value);
        destination[28] = _kind;
        destination[29] = _detail;
        destination[30] = _outcome;
        destination[31] = _extra;
    }

    /// <summary>Whatever the bytes are; <see cref="TryGetEvent"/> and <see cref="TryGetTransition"/> judge.</summary>
    public static FlightRecord Read(ReadOnlySpan<byte> source) => new()
    {
        _nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(source),
        _high = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
        _low = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        _router = BinaryPrimitives.ReadUInt16LittleEndian(source[24..]),
        _value = BinaryPrimitives.ReadUInt16LittleEndian(source[26..]),
        _kind = source[28],
        _detail = source[29],
        _outcome = source[30],
        _extra = source[31],
    };

    /// <summary>False if the record is a transition, or holds what no event can.</summary>
    public readonly bool TryGetEvent(out RouterEvent routerEvent)
    {
        var kind = (RouterEventKind)_kind;
        routerEvent = new RouterEvent(kind);
        switch (kind)
        {
            case RouterEventKind.DeadlineReached or RouterEventKind.LeaseExpired or RouterEventKind.GroupClaims
                or RouterEventKind.GroupLeaves or RouterEventKind.GroupHurries:
                return true;
            case RouterEventKind.Startup or RouterEventKind.Shutdown:
                routerEvent = routerEvent with { Cause = (TransitionCause)_detail };
                return IsCause(_detail);
            case RouterEventKind.AdvertisementReceived:
                bool isInterval = Centiseconds.TryFrom(_value, out Centiseconds interval);
                routerEvent = RouterEvent.AdvertisementReceived(new Priority(_detail), Sender, interval);
                return isInterval && (_extra == FamilyIPv6 || (_extra == FamilyIPv4 && HoldsIPv4));
            case RouterEventKind.PriorityChanged:
                routerEvent = RouterEvent.PriorityChanged(new Priority(_detail));
                return _detail != 0;
            case RouterEventKind.FaultRaised or RouterEventKind.FaultCleared:
                routerEvent = routerEvent with { Fault = (RouterFaults)_detail };
                return _detail is > 0 and <= (byte)RouterFaults.All;
            case RouterEventKind.AnnouncementHeard:
                routerEvent = RouterEvent.AnnouncementHeard(_value, _detail == AtVirtualMac);
                return _detail <= AtVirtualMac;
            case RouterEventKind.AddressLost or RouterEventKind.AddressRefused:
                routerEvent = routerEvent with { Address = _value };
                return true;
            default:
                return false;
        }
    }

    /// <summary>False if the record is an event, or holds what no transition can.</summary>
    public readonly bool TryGetTransition(out RouterAction transition)
    {
        var from = (RouterState)(_extra >> 4);
        var to = (RouterState)(_extra & 0xF);
        transition = RouterAction.ReportTransition(
            from, to, (TransitionCause)_detail, new MonotonicTime(unchecked((long)_low)));
        return IsTransition && from <= RouterState.Fault && to <= RouterState.Fault && IsCause(_detail);
    }

    private readonly bool HoldsIPv4 => _high == 0 && _low <= uint.MaxValue;

    private readonly InternetAddress Sender
    {
        get
        {
            Span<byte> octets = stackalloc byte[16];
            BinaryPrimitives.WriteUInt64BigEndian(octets, _high);
            BinaryPrimitives.WriteUInt64BigEndian(octets[8..], _low);
            return InternetAddress.From(_extra == FamilyIPv6 ? octets : octets[12..]);
        }
    }

    private static bool IsCause(byte value) => value <= (byte)TransitionCause.GroupResigned;
}
