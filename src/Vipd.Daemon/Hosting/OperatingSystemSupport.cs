using System.Runtime.Versioning;

// Netlink, packet sockets, file modes: there is no vipd without Linux, so the analyzer need not ask at each call.
[assembly: SupportedOSPlatform("linux")]
