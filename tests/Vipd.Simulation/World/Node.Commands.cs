using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>What people, systemd, the checks and fate do to a node.</summary>
internal sealed partial class Node
{
    private NodeSettings? _nextSettings;

    public void Start()
    {
        if (Router is not null)
        {
            _startsAgain = _stopping;
            return;
        }

        TakeNextSettings();

        // keepalived removes what an earlier process left behind before it begins; vipd what its record names and what
        // is no longer configured, and takes the rest over if it becomes Active within the lease.
        if (Settings.IsKeepalived)
            Kernel.RemoveAll();
        else
            Kernel.KeepFirst(Settings.Parameters.AddressCount);
        Router = Settings.NewElection();
        _clockLag = TimeSpan.Zero;
        _yieldedAt = MonotonicTime.Origin;
        _addedByProcess = 0;
        _stopping = false;
        IsDrained = false;
        _transcript.Write(Number, "starts");
        if (Priority != Settings.Parameters.Priority)
            Tell(RouterEvent.PriorityChanged(Priority));
        if (!_lan.IsLinkUp(Number))
            Tell(RouterEvent.FaultRaised(RouterFaults.Interface));
        if (CheckFails)
            Tell(RouterEvent.FaultRaised(RouterFaults.Check));
        Tell(RouterEvent.Startup());
    }

    /// <summary>SIGTERM: hand over, then end.</summary>
    public void Stop()
    {
        if (Router is null)
            return;
        _stopping = true;
        _startsAgain = false;
        Tell(RouterEvent.Shutdown());
    }

    /// <summary>A changed configuration, taken in place by whoever can, at the end of the next pass.</summary>
    public void Reload(NodeSettings next)
    {
        if (Settings.IsAddressOwner)
            return;
        if (Settings.IsKeepalived)
        {
            Move(next);
            return;
        }

        _nextSettings = next;
        if (Router is null)
            TakeNextSettings();
        else
            ScheduleWake();
    }

    /// <summary>
    /// A changed configuration that cannot be taken in place (interface, VRID), and all that keepalived can do: a
    /// planned move of this router, which resigns, hands over and begins again.
    /// </summary>
    public void Move(NodeSettings next)
    {
        if (IsDrained || Settings.IsAddressOwner)
            return;
        _nextSettings = next;
        Stop();
        _startsAgain = Router is not null;
        if (Router is null)
            TakeNextSettings();
    }

    public void Drain()
    {
        if (Router is null || _stopping)
            return;
        IsDrained = true;
        Tell(RouterEvent.Shutdown(TransitionCause.Drained));
    }

    public void Undrain()
    {
        if (!IsDrained || _stopping)
            return;
        IsDrained = false;
        Tell(RouterEvent.Startup(TransitionCause.Undrained));
    }

    /// <summary>SIGKILL: nobody says goodbye, the addresses stay for the rest of their lease.</summary>
    public void Kill()
    {
        Resume();
        if (Router is not null)
            EndProcess("is killed");
    }

    /// <summary>Power loss: the addresses are gone with the machine.</summary>
    public void Crash()
    {
        Kill();
        Kernel.RemoveAll();
    }

    public void SetLink(bool up)
    {
        _lan.SetLink(Number, up);
        Tell(up ? RouterEvent.FaultCleared(RouterFaults.Interface) : RouterEvent.FaultRaised(RouterFaults.Interface));
    }

    public void SetPriority(Priority priority)
    {
        if (Settings.IsAddressOwner)
            return;
        Priority = priority;
        Tell(RouterEvent.PriorityChanged(priority));
    }

    /// <summary>A check with weight `fault`.</summary>
    public void SetCheckFault(bool failed)
    {
        CheckFails = failed;
        Tell(failed ? RouterEvent.FaultRaised(RouterFaults.Check) : RouterEvent.FaultCleared(RouterFaults.Check));
    }

    /// <summary>`ip addr del` by somebody else.</summary>
    public void WipeAddress(int address)
    {
        if (!Kernel.Remove(address))
            return;
        AddressesLost++;
        Tell(RouterEvent.AddressLost(address));
    }

    /// <summary>The kernel refuses to add an address; who stands still has asked for none.</summary>
    public void RefuseAddress(int address)
    {
        if (IsLive && address < Settings.Parameters.AddressCount)
            Tell(RouterEvent.AddressRefused(address));
    }

    private void Tell(in RouterEvent routerEvent)
    {
        if (Router is null)
            return;
        _inbox.Enqueue(routerEvent);
        ScheduleWake();
    }

    private void Exit()
    {
        bool startsAgain = _startsAgain;
        EndProcess("exits");
        TakeNextSettings();
        if (startsAgain)
            Start();
    }

    private void TakeNextSettings()
    {
        if (_nextSettings is null)
            return;
        if (_nextSettings.Parameters.AddressCount != Settings.Parameters.AddressCount)
            AddressesChangedAt = _agenda.Now;
        Settings = _nextSettings;
        Priority = Settings.Parameters.Priority;
        _nextSettings = null;
        NoteInterval();
        _transcript.Write(Number, Settings.ToString());
    }

    /// <summary>After everything that was due: the process goes on as what it is.</summary>
    private void ReconfigureInPlace()
    {
        if (!MayReconfigure)
            return;
        NodeSettings before = Settings;
        TakeNextSettings();
        int addresses = Settings.Parameters.AddressCount;
        bool otherAddresses = addresses != before.Parameters.AddressCount;
        bool otherLease = Settings.Lease != before.Lease;
        NoteReconfiguration(otherAddresses, claimsAgain: otherAddresses || otherLease);
        if (!_mutation.Reconfigures ||
            !Router!.TryReconfigure(Settings.Parameters, otherAddresses || otherLease, RouterNow))
            return;
        Kernel.KeepFirst(addresses);
        if (otherLease)
            RenewLease();
        if (Router.Priority != Priority)
            Tell(RouterEvent.PriorityChanged(Priority));
    }

    private void EndProcess(string how)
    {
        _transcript.Write(Number, how);
        if (IsActive)
            LeftUnheardAt = _agenda.Now;
        Router = null;
        IsPaused = false;
        _startsAgain = false;
        _stoodStillSince = MonotonicTime.Never;
        _inbox.Clear();
        _wakeAt = MonotonicTime.Never;
        _renewAt = MonotonicTime.Never;
        _passesDue = 0;
        if (Kernel.Present == 0 || AbandonedAt != MonotonicTime.Never)
            return;
        AbandonedAt = _agenda.Now;
        AbandonedFor = Settings.Lease;
    }
}
