namespace Vipd.Linux;

/// <summary>The kernel's number of a network interface (if_nametoindex(3)): 1 and up, 0 means none.</summary>
/// <param name="Value">The number; it is not checked that such an interface exists.</param>
public readonly record struct InterfaceIndex(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"ifindex {Value}";
}
