using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>Answers to an address request (errno.h) that a caller may want to tell from a failure.</summary>
public static class AddressErrno
{
    /// <summary>EEXIST: a CreateExclusive found the address on the interface already.</summary>
    public const int AlreadyThere = Errno.EEXIST;

    /// <summary>EADDRNOTAVAIL: a deletion found no such address.</summary>
    public const int NotThere = Errno.EADDRNOTAVAIL;

    /// <summary>ENODEV: the interface is gone, and its addresses with it.</summary>
    public const int NoInterface = Errno.ENODEV;
}
