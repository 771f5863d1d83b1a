using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Vipd.Linux.Sockets;

namespace Vipd.Daemon.Control;

/// <summary>
/// Who may use the control socket beside what the mode of its file says. Hooks and command checks run as the daemon's
/// own user, which owns that file; so the owner is the one who is kept out, and root and the group's members come in.
/// A hook cannot become another user: it has no capability, and may not gain one (NoNewPrivileges in the unit).
/// </summary>
internal static class ControlPeers
{
    /// <summary>Null: a daemon that runs as root has no hooks of another user to tell apart.</summary>
    public static uint? KeptOut => UnixPeer.OwnUserId is not 0 and var own ? own : null;

    /// <param name="keptOut">The user who is refused.</param>
    /// <param name="pages">What everybody else gets.</param>
    public static RequestDelegate Admit(uint? keptOut, RequestDelegate pages) => context =>
        keptOut is { } user && UserOf(context) == user
            ? Page.Text(
                StatusCodes.Status403Forbidden,
                "vipd's own user may not use the control socket, so that hooks and checks cannot steer vipd; "
                + "run as root or as a member of group vipd").WriteTo(context)
            : pages(context);

    // Null for a connection that is no socket: there is none but in tests.
    private static uint? UserOf(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>() is { Socket: var socket } ? UnixPeer.Of(socket).UserId : null;
}
