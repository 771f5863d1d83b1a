using System.Buffers.Binary;
using System.Diagnostics;

namespace Vipd.Lab.Processes;

/// <summary>
/// A wall clock that can be set for the lab's daemons alone: a library in front of libc that shifts CLOCK_REALTIME, as
/// settimeofday would, by what a shared file says. (A time namespace shifts only the clocks that count since the boot,
/// and the machine's own clock is everybody's.) Needs gcc.
/// </summary>
public sealed class SteppedClock
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stddef.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/time.h>
        #include <time.h>

        static const volatile long *seconds;
        static int (*of_libc)(clockid_t, struct timespec *);

        __attribute__((constructor)) static void map_offset(void)
        {
            int fd = open(getenv("VIPD_LAB_CLOCK"), O_RDONLY);
            void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, fd, 0);
            if (map == MAP_FAILED)
                abort();
            seconds = map;
        }

        int clock_gettime(clockid_t clock, struct timespec *now)
        {
            if (of_libc == NULL)
                of_libc = dlsym(RTLD_NEXT, "clock_gettime");
            int result = of_libc(clock, now);
            if (result == 0 && seconds != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
                now->tv_sec += *seconds;
            return result;
        }

        int gettimeofday(struct timeval *restrict now, void *restrict zone)
        {
            struct timespec time;
            (void)zone;
            if (clock_gettime(CLOCK_REALTIME, &time) != 0)
                return -1;
            now->tv_sec = time.tv_sec;
            now->tv_usec = time.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *result)
        {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result != NULL)
                *result = now.tv_sec;
            return now.tv_sec;
        }
        """;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly string _offsetFile;
    private readonly string _library;

    /// <summary>Compiles the library into a directory.</summary>
    public SteppedClock(string directory)
    {
        _offsetFile = Path.Combine(directory, "clock");
        _library = Path.Combine(directory, "clock.so");
        var source = Path.Combine(directory, "clock.c");
        File.WriteAllText(source, Source);
        File.WriteAllBytes(_offsetFile, new byte[sizeof(long)]);
        using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O2", "-o", _library, source, "-ldl"]);
        if (!compiler.WaitForExit(Bound) || compiler.ExitCode != 0) throw new InvalidOperationException("gcc failed");
    }

    /// <summary>In front of a command.</summary>
    internal IReadOnlyList<string> Prefix => ["env", $"LD_PRELOAD={_library}", $"VIPD_LAB_CLOCK={_offsetFile}"];

    /// <summary>From now on the wall clock is that far from the machine's.</summary>
    public void Step(TimeSpan offset)
    {
        Span<byte> seconds = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(seconds, (long)offset.TotalSeconds);
        using var file = File.OpenHandle(_offsetFile, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, seconds, 0);
    }
}
