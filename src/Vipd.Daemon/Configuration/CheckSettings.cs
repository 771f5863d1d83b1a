namespace Vipd.Daemon.Configuration;

/// <summary>What is probed and how: one derived record for each `type`.</summary>
/// <param name="Type">The name of the type as the file spells it.</param>
public abstract record CheckSettings(string Type);

/// <summary>What is asked by HTTP over a kept connection, for each type that does.</summary>
/// <param name="Url">Absolute; certificates, and what they are verified by, are for https alone.</param>
public abstract record HttpTargetSettings(string Type, Uri Url) : CheckSettings(Type)
{
    /// <summary>Absolute path; need not exist yet (before `kubeadm init` it does not). Null with http.</summary>
    public string? CaFile { get; init; }

    /// <summary>The name expected in the certificate.</summary>
    public required string ServerName { get; init; }

    /// <summary>The certificate is not verified at all.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>Absolute path, with <see cref="ClientKeyFile"/>, or both null.</summary>
    public string? ClientCertFile { get; init; }

    /// <summary>Absolute path, with <see cref="ClientCertFile"/>, or both null.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Absolute path of a bearer token, or null.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Whether an idle connection is kept, too, that ends when the target does.</summary>
    public bool DeathWatch { get; init; } = true;
}

/// <summary>`type: kubernetesApiserver`: an HTTPS GET of /readyz.</summary>
public sealed record KubernetesApiserverSettings(Uri Url) : HttpTargetSettings(TypeName, Url)
{
    public const string TypeName = "kubernetesApiserver";
}

/// <summary>`type: http`: an HTTP or HTTPS GET.</summary>
public sealed record HttpSettings(Uri Url) : HttpTargetSettings(TypeName, Url)
{
    public const string TypeName = "http";

    /// <summary>The status codes that are ready.</summary>
    public StatusRange ExpectStatus { get; init; } = new(200, 299);

    /// <summary>A text that the body must hold; null: any body.</summary>
    public string? BodyContains { get; init; }

    /// <summary>Sent with the request, each once.</summary>
    public EquatableList<HttpHeader> Headers { get; init; } = new([]);
}

/// <summary>Status codes of HTTP, from and to included.</summary>
public readonly record struct StatusRange(int From, int To)
{
    public bool Contains(int status) => status >= From && status <= To;

    public override string ToString() => From == To ? $"{From}" : $"{From}-{To}";
}

public sealed record HttpHeader(string Name, string Value);

/// <summary>`type: tcp`: a connection is accepted.</summary>
public sealed record TcpSettings(TargetEndPoint Address, bool DeathWatch) : CheckSettings(TypeName)
{
    public const string TypeName = "tcp";
}

/// <summary>A host, by name or address, and a port.</summary>
/// <param name="Host">Without brackets.</param>
/// <param name="Port">1..65535.</param>
public sealed record TargetEndPoint(string Host, int Port)
{
    public static TargetEndPoint Of(Uri url) => new(url.DnsSafeHost, url.Port);

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>`type: command`: a program exits with 0.</summary>
/// <param name="Command">Argument vector; the first is the absolute path of the program.</param>
public sealed record CommandSettings(EquatableList<string> Command) : CheckSettings(TypeName)
{
    public const string TypeName = "command";
}

/// <summary>`type: process`: a process runs. At least one of the two is given; with both, both must hold.</summary>
/// <param name="Process">The name of its program, without its folder; null: any.</param>
/// <param name="PidFile">Absolute path of a file that holds its number; null: any process of that name.</param>
public sealed record ProcessSettings(string? Process, string? PidFile) : CheckSettings(TypeName)
{
    public const string TypeName = "process";
}

/// <summary>`type: file`.</summary>
/// <param name="Path">Absolute.</param>
public sealed record FileSettings(string Path, FileExpectation Expect) : CheckSettings(TypeName)
{
    public const string TypeName = "file";
}

/// <summary>What makes a `file` check ready.</summary>
public enum FileExpectation
{
    /// <summary>The file is there.</summary>
    Exists,

    /// <summary>It is not there: a flag that takes a node out.</summary>
    Absent,

    /// <summary>It holds a weight: 0 to 254, taken off the priority, or `fault`. Absent, it costs nothing.</summary>
    Weight,
}
