namespace Vipd.Lab;

/// <summary>
/// Where this program lies: its own executable starts again for each stand-in, also from within the tests.
/// </summary>
public static class LabProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "vipd-lab");
}
