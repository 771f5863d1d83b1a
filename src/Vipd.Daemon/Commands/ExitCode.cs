namespace Vipd.Daemon.Commands;

/// <summary>The same for every command, so that scripts can rely on it.</summary>
internal static class ExitCode
{
    public const int Yes = 0;

    /// <summary>The answer is no, or it failed.</summary>
    public const int No = 1;

    /// <summary>Bad usage or a bad configuration: trying again changes nothing.</summary>
    public const int BadInput = 2;
}
