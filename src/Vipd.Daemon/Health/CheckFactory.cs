using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>Makes the check that a configuration asks for, with what watches its target between the probes.</summary>
internal static class CheckFactory
{
    public static ICheck Create(CheckConfiguration check, CheckAlarm alarm, TimeProvider time)
    {
        TimeSpan timeout = check.Timeout;
        return check.Settings switch
        {
            KubernetesApiserverSettings settings =>
                Watched(new KubernetesApiserverCheck(settings, timeout, time), settings),
            HttpSettings settings => Watched(new HttpCheck(settings, timeout, time), settings),
            TcpSettings { DeathWatch: true, Address: var address } =>
                new WatchedCheck(new TcpCheck(address, timeout, time), new ConnectionWatch(address, alarm, time), time),
            TcpSettings settings => new TcpCheck(settings.Address, timeout, time),
            CommandSettings settings => new CommandCheck(settings, check.Name, timeout),
            ProcessSettings settings => new ProcessCheck(settings, new ProcessTable(), alarm),
            FileSettings settings => new FileCheck(settings, alarm),
            _ => throw new NotSupportedException($"check {check.Name}: no check of type {check.Settings.Type}"),
        };

        ICheck Watched(ICheck inner, HttpTargetSettings settings) => settings.DeathWatch
            ? new WatchedCheck(inner, new ConnectionWatch(TargetEndPoint.Of(settings.Url), alarm, time), time)
            : inner;
    }
}
