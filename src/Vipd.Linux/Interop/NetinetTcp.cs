namespace Vipd.Linux.Interop;

/// <summary>netinet/tcp.h: the states of a TCP socket</summary>
internal static class NetinetTcp
{
    internal const int TCP_ESTABLISHED = 1;
    internal const int TCP_TIME_WAIT = 6;
    internal const int TCP_CLOSE = 7;
    internal const int TCP_LISTEN = 10;
    internal const int TCP_CLOSING = 11;
}
