namespace Vipd.EndToEnd.Tests;

/// <summary>As <see cref="NetnsFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetnsTheoryAttribute : TheoryAttribute
{
    public NetnsTheoryAttribute() => Skip = new NetnsFactAttribute().Skip;
}
