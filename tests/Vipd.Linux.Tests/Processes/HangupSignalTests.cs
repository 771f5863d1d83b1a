using System.Runtime.InteropServices;
using Vipd.Linux.Interop;
using Vipd.Linux.Processes;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Processes;

/// <summary>Of this process, which nobody else sends one.</summary>
public class HangupSignalTests
{
    [Fact]
    public void One_that_was_ignored_is_heeded_by_a_handler_that_is_registered_afterwards()
    {
        nint before = Native.signal(Signal.SIGHUP, Signal.SIG_IGN);
        using var heard = new SemaphoreSlim(0);
        HangupSignal.EndIgnoring();
        using (PosixSignalRegistration.Create(PosixSignal.SIGHUP, Hear))
        {
            Raise();

            // A handler that is there stays.
            HangupSignal.EndIgnoring();
            Raise();
        }

        Native.signal(Signal.SIGHUP, before);

        void Hear(PosixSignalContext context)
        {
            context.Cancel = true;
            heard.Release();
        }

        void Raise()
        {
            Assert.Equal(0, Native.kill(Environment.ProcessId, Signal.SIGHUP));
            Assert.True(heard.Wait(TimeSpan.FromSeconds(20)), "not heeded");
        }
    }
}
