using System.Diagnostics.CodeAnalysis;

namespace Vipd.Daemon.Configuration;

/// <summary>A configuration, or every reason why there is none, in the order of the file.</summary>
public sealed record ConfigurationResult(VipdConfiguration? Configuration, IReadOnlyList<ConfigurationError> Errors)
{
    [MemberNotNullWhen(true, nameof(Configuration))]
    public bool IsValid => Configuration is not null;
}

/// <param name="File">As the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">One line: what is wrong, and what would be right.</param>
public sealed record ConfigurationError(string File, int Line, int Column, string Message)
{
    /// <summary>The form that editors and people jump to.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}
