using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>struct inet_diag_sockid; ports and addresses in network order, an IPv4 address in the first word</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InternetDiagnosticSocketId
{
    internal ushort idiag_sport;
    internal ushort idiag_dport;
    internal fixed uint idiag_src[4];
    internal fixed uint idiag_dst[4];
    internal uint idiag_if;
    internal fixed uint idiag_cookie[2];
}

/// <summary>struct inet_diag_req_v2; the states are a bit each, 1 &lt;&lt; TCP_…</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InternetDiagnosticRequest
{
    internal byte sdiag_family;
    internal byte sdiag_protocol;
    internal byte idiag_ext;
    internal byte pad;
    internal uint idiag_states;
    internal InternetDiagnosticSocketId id;
}

/// <summary>struct inet_diag_msg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InternetDiagnosticMessage
{
    internal byte idiag_family;
    internal byte idiag_state;
    internal byte idiag_timer;
    internal byte idiag_retrans;
    internal InternetDiagnosticSocketId id;
    internal uint idiag_expires;
    internal uint idiag_rqueue;
    internal uint idiag_wqueue;
    internal uint idiag_uid;
    internal uint idiag_inode;
}
