using System.Runtime.InteropServices;

namespace Vipd.Linux.Processes;

/// <summary>A null-terminated array of C strings in UTF-8, as exec takes them, outside the managed heap.</summary>
internal sealed unsafe class NativeTexts : IDisposable
{
    private readonly int _count;

    /// <exception cref="ArgumentException">A text holds a zero, which would cut it short.</exception>
    internal NativeTexts(IReadOnlyList<string> texts)
    {
        foreach (string text in texts)
        {
            if (text.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException("a text for another program holds a zero character", nameof(texts));
        }

        _count = texts.Count;
        Pointers = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < _count; i++)
            Pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
    }

    internal byte** Pointers { get; }

    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
            Marshal.FreeCoTaskMem((nint)Pointers[i]);
        NativeMemory.Free(Pointers);
    }
}
