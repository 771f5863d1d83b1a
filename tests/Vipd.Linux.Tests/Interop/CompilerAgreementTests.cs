using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Interop;

/// <summary>
/// Every struct and every constant of Vipd.Linux.Interop is what the C compiler says it is on this machine.
/// </summary>
public class CompilerAgreementTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] Headers =
    [
        "errno.h", "fcntl.h", "poll.h", "sched.h", "signal.h", "spawn.h", "stddef.h", "stdio.h", "string.h", "time.h",
        "unistd.h", "sys/epoll.h", "sys/eventfd.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h", "sys/socket.h",
        "sys/syscall.h", "sys/time.h", "sys/timerfd.h", "sys/uio.h", "sys/wait.h", "netinet/in.h",
        "linux/capability.h", "linux/filter.h", "linux/if.h", "linux/if_addr.h", "linux/if_link.h", "linux/if_packet.h",
        "linux/ip.h", "linux/netlink.h", "linux/rtnetlink.h", "linux/sock_diag.h", "linux/inet_diag.h", "netinet/tcp.h",
    ];

    private static readonly Dictionary<Type, string> StructNames = new()
    {
        [typeof(TimeSpecification)] = "struct timespec",
        [typeof(IntervalTimerSpecification)] = "struct itimerspec",
        [typeof(IoVector)] = "struct iovec",
        [typeof(MessageHeader)] = "struct msghdr",
        [typeof(MultiMessageHeader)] = "struct mmsghdr",
        [typeof(ControlMessageHeader)] = "struct cmsghdr",
        [typeof(TimeValue)] = "struct timeval",
        [typeof(SocketAddressIn)] = "struct sockaddr_in",
        [typeof(SocketAddressIn6)] = "struct sockaddr_in6",
        [typeof(MulticastRequest)] = "struct ip_mreqn",
        [typeof(MulticastRequest6)] = "struct ipv6_mreq",
        [typeof(PacketInformation)] = "struct in_pktinfo",
        [typeof(PacketInformation6)] = "struct in6_pktinfo",
        [typeof(SocketAddressLinkLayer)] = "struct sockaddr_ll",
        [typeof(SocketFilterProgram)] = "struct sock_fprog",
        [typeof(SocketAddressNetlink)] = "struct sockaddr_nl",
        [typeof(NetlinkMessageHeader)] = "struct nlmsghdr",
        [typeof(NetlinkAttributeHeader)] = "struct nlattr",
        [typeof(InterfaceInformationMessage)] = "struct ifinfomsg",
        [typeof(InterfaceAddressMessage)] = "struct ifaddrmsg",
        [typeof(RouteMessage)] = "struct rtmsg",
        [typeof(InterfaceAddressCacheInformation)] = "struct ifa_cacheinfo",
        [typeof(InternetDiagnosticSocketId)] = "struct inet_diag_sockid",
        [typeof(InternetDiagnosticRequest)] = "struct inet_diag_req_v2",
        [typeof(InternetDiagnosticMessage)] = "struct inet_diag_msg",
        [typeof(SchedulingParameter)] = "struct sched_param",
        [typeof(ResourceLimit)] = "struct rlimit",
        [typeof(SpawnAttributes)] = "posix_spawnattr_t",
        [typeof(SpawnFileActions)] = "posix_spawn_file_actions_t",
        [typeof(SignalSet)] = "sigset_t",
        [typeof(SignalAction)] = "struct sigaction",
        [typeof(PollDescriptor)] = "struct pollfd",
        [typeof(CapabilityHeader)] = "struct __user_cap_header_struct",
        [typeof(CapabilityData)] = "struct __user_cap_data_struct",
    };

    private static IEnumerable<Type> InteropTypes => typeof(FileDescriptor).Assembly.GetTypes()
        .Where(type => type.Namespace == "Vipd.Linux.Interop" && !type.IsNested && !type.Name.StartsWith('<'));

    [Fact]
    public void Every_struct_of_Interop_has_its_C_name_here() =>
        Assert.DoesNotContain(InteropTypes, type => type.IsValueType && !StructNames.ContainsKey(type));

    [CompilerFact]
    public void Structs_and_constants_are_those_of_the_C_compiler()
    {
        Dictionary<string, long> ours = Ours();
        var source = new StringBuilder();
        foreach (string expression in ours.Keys)
            source.AppendLine(CultureInfo.InvariantCulture, $"printf(\"%lld\\n\", (long long)({expression}));");
        string[] theirs = CompileAndRun(source.ToString());
        Assert.Equal(ours.Count, theirs.Length);
        Assert.True(ours.Count > 200, "the reflection found too little");
        var differences = ours.Zip(theirs)
            .Where(pair => pair.First.Value.ToString(CultureInfo.InvariantCulture) != pair.Second)
            .Select(pair => $"{pair.First.Key}: ours {pair.First.Value}, C {pair.Second}");
        Assert.Empty(differences);
    }

    [CompilerFact]
    public void Names_of_error_numbers_are_those_of_libc()
    {
        string[] names = CompileAndRun(
            "for (int e = 1; e < 140; e++) printf(\"%s\\n\", strerrorname_np(e) ? strerrorname_np(e) : \"-\");");
        for (int errno = 1; errno < 140; errno++)
        {
            string expected = names[errno - 1] != "-" ? names[errno - 1] : $"errno {errno}";
            Assert.Equal(expected, ErrnoNames.Of(errno));
        }
    }

    private static Dictionary<string, long> Ours()
    {
        Dictionary<string, long> ours = new()
        {
            ["sizeof(struct epoll_event)"] = EpollEventLayout.Size,
            ["offsetof(struct epoll_event, events)"] = EpollEventLayout.EventsOffset,
            ["offsetof(struct epoll_event, data)"] = EpollEventLayout.DataOffset,
            ["sizeof(struct sock_filter)"] = Marshal.SizeOf<BpfInstruction>(),
            ["CMSG_LEN(0)"] = ControlMessageReader.Align(Marshal.SizeOf<ControlMessageHeader>()),
        };
        (string Field, string Property)[] filter =
            [("code", "Code"), ("jt", "JumpTrue"), ("jf", "JumpFalse"), ("k", "Value")];
        foreach ((string field, string property) in filter)
        {
            ours[$"offsetof(struct sock_filter, {field})"] =
                Marshal.OffsetOf<BpfInstruction>($"<{property}>k__BackingField");
        }

        foreach ((Type type, string structName) in StructNames)
        {
            ours[$"sizeof({structName})"] = Marshal.SizeOf(type);
            // What libc alone fills has a size and no fields that anybody may name.
            foreach (FieldInfo field in type.GetFields(Declared).Where(field => !field.IsStatic && !field.IsPrivate))
                ours[$"offsetof({structName}, {field.Name})"] = Marshal.OffsetOf(type, field.Name);
        }

        // The two whose C name no C# constant may have.
        Dictionary<string, string> renamed = new()
        {
            [nameof(LinuxCapability.Version3)] = "_LINUX_CAPABILITY_VERSION_3",
            [nameof(LinuxCapability.DataCount)] = "_LINUX_CAPABILITY_U32S_3",
        };
        foreach (FieldInfo constant in InteropTypes.Where(type => type != typeof(EpollEventLayout))
            .SelectMany(type => type.GetFields(Declared)).Where(field => field.IsLiteral))
        {
            string name = renamed.GetValueOrDefault(constant.Name, constant.Name);
            ours[name] = Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
        }

        return ours;
    }

    private static string[] CompileAndRun(string statements)
    {
        string folder = Directory.CreateTempSubdirectory("vipd-interop-").FullName;
        try
        {
            string includes = string.Concat(Headers.Select(header => $"#include <{header}>\n"));
            File.WriteAllText(
                Path.Combine(folder, "ask.c"),
                $"#define _GNU_SOURCE\n{includes}int main(void) {{\n{statements}return 0; }}\n");
            return TestNetwork.Shell($"cd {folder}; cc -o ask ask.c; ./ask").TrimEnd('\n').Split('\n');
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
