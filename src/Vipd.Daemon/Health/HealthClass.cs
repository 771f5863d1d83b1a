namespace Vipd.Daemon.Health;

/// <summary>What a check says of its target, worst first, so that "better" is "greater".</summary>
public enum HealthClass
{
    /// <summary>Refused, reset, silent, or not provably the right server.</summary>
    Down,

    /// <summary>It listens and answers, but not that it is ready.</summary>
    NotReady,

    Ready,
}

/// <summary>The names of the classes as the configuration, `status` and the metrics spell them.</summary>
public static class HealthClasses
{
    public static string Name(this HealthClass value) => value switch
    {
        HealthClass.Ready => "ready",
        HealthClass.NotReady => "notReady",
        _ => "down",
    };
}
