using System.Reflection;

namespace Vipd.Daemon.Observability;

internal static class ProductVersion
{
    /// <summary>As the build stamped it, without the commit that the SDK appends after a plus.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
