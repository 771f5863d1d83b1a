namespace Vipd.Linux.Tests.Support;

/// <summary>Asserts that code allocates nothing on the managed heap once it has run before.</summary>
internal static class Allocation
{
    public static void None(Action body)
    {
        body();
        body();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            body();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
