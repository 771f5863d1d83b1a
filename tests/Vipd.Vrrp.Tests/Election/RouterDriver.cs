using System.Globalization;
using System.Text;
using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

/// <summary>One router, a clock that only the test moves, and actions as short text.</summary>
internal sealed class RouterDriver
{
    public static readonly InternetAddress Own = InternetAddress.Parse("192.0.2.12");
    public static readonly InternetAddress Lower = InternetAddress.Parse("192.0.2.11");
    public static readonly InternetAddress Higher = InternetAddress.Parse("192.0.2.13");

    private readonly MonotonicTime _start = new(5_000_000_000_000);
    private RouterParameters _parameters;

    public RouterDriver(Func<RouterParameters, RouterParameters>? with = null)
    {
        var parameters = new RouterParameters { PrimaryAddress = Own, AddressCount = 1 };
        _parameters = with is null ? parameters : with(parameters);
        Router = new VirtualRouter(_parameters);
        Now = _start;
    }

    public VirtualRouter Router { get; }

    public MonotonicTime Now { get; private set; }

    /// <summary>Milliseconds until the next deadline; negative if it is overdue.</summary>
    public double Due => (Router.NextDeadline - Now).TotalMilliseconds;

    /// <summary>200 ms and priority 100: 3 * 200 + 156/256 * 200.</summary>
    public static double ActiveDown => 721.875;

    /// <summary>Priority 100: 156/256 * 40 ms.</summary>
    public static double ShortWait => 24.375;

    public double Spread => Router.Spread.TotalMilliseconds;

    public static RouterDriver Backup(Func<RouterParameters, RouterParameters>? with = null)
    {
        var driver = new RouterDriver(with);
        driver.Tell(RouterEvent.Startup());
        return driver;
    }

    /// <summary>Active by Active_Down_Interval, with every address added and announced once.</summary>
    public static RouterDriver Active(Func<RouterParameters, RouterParameters>? with = null)
    {
        RouterDriver driver = Backup(with);
        driver.Fire();
        driver.FireDue();
        return driver;
    }

    public string Tell(RouterEvent routerEvent)
    {
        var text = new StringBuilder();
        foreach (RouterAction action in Router.Handle(routerEvent, Now))
            text.Append(text.Length > 0 ? "; " : "").Append(Describe(action));
        return text.ToString();
    }

    public string Hear(int priority, InternetAddress? from = null, int intervalCs = 20) =>
        Tell(RouterEvent.AdvertisementReceived(new Priority((byte)priority), from ?? Lower,
            new Centiseconds(intervalCs)));

    public void Reconfigure(Func<RouterParameters, RouterParameters> with, bool addressesChanged = false)
    {
        _parameters = with(_parameters);
        Router.Reconfigure(_parameters, addressesChanged, Now);
    }

    public void Wait(double milliseconds) => Now += TimeSpan.FromMicroseconds(milliseconds * 1000);

    /// <summary>Goes to the next deadline, unless it is due, and fires it once.</summary>
    public string Fire()
    {
        Assert.NotEqual(MonotonicTime.Never, Router.NextDeadline);
        Now = MonotonicTime.Max(Now, Router.NextDeadline);
        return Tell(RouterEvent.DeadlineReached);
    }

    /// <summary>Fires until nothing is due now.</summary>
    public string FireDue()
    {
        var lines = new List<string>();
        for (int i = 0; Router.NextDeadline <= Now; i++)
        {
            Assert.True(i < 1000, "something is due for ever");
            lines.Add(Tell(RouterEvent.DeadlineReached));
        }

        return string.Join("; ", lines.Where(line => line.Length > 0));
    }

    /// <summary>
    /// Everything the router does by itself in that time, a line for each deadline that made actions.
    /// </summary>
    public string Run(double milliseconds)
    {
        var text = new StringBuilder();
        MonotonicTime end = Now + TimeSpan.FromMicroseconds(milliseconds * 1000);
        for (int i = 0; Router.NextDeadline <= end; i++)
        {
            Assert.True(i < 100_000, "something is due for ever");
            string actions = Fire();
            if (actions.Length > 0)
                text.AppendLine(CultureInfo.InvariantCulture, $"{(Now - _start).TotalMilliseconds,9:F3} {actions}");
        }

        Now = end;
        return text.ToString();
    }

    public static string Describe(in RouterAction action) => action.Kind switch
    {
        RouterActionKind.SendAdvertisement when action.Priority.IsResign => "resign",
        RouterActionKind.SendAdvertisement => $"advertise {action.Priority}",
        RouterActionKind.AddAddresses => $"add {action.First}..{action.First + action.Count - 1}",
        RouterActionKind.RemoveAddresses => "remove",
        RouterActionKind.Announce => $"announce {action.First}..{action.First + action.Count - 1}",
        RouterActionKind.PointToVirtualMac => "point to the virtual MAC",
        _ => $"{action.From}->{action.To} {action.Cause}",
    };
}
