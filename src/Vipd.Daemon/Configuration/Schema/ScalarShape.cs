namespace Vipd.Daemon.Configuration.Schema;

/// <summary>What a JSON Schema can say of a single value; the format that reads it may refuse more.</summary>
internal abstract record ScalarShape
{
    /// <summary>true or false.</summary>
    internal sealed record Flag : ScalarShape;

    /// <summary>A whole number; both bounds belong to it.</summary>
    internal sealed record Whole(int Min, int Max) : ScalarShape;

    /// <summary>One of some words.</summary>
    internal sealed record Words(params string[] Choices) : ScalarShape;

    /// <summary>A text that an ECMAScript pattern describes.</summary>
    internal sealed record Text(string Pattern) : ScalarShape;

    /// <summary>
    /// What is taken as it is written, so that 90 and true are texts as well; the pattern is for all but those.
    /// </summary>
    internal sealed record Verbatim(string Pattern) : ScalarShape;

    /// <summary>Any of some shapes.</summary>
    internal sealed record Either(params ScalarShape[] Shapes) : ScalarShape;
}

/// <summary>
/// A format that also describes itself. Callers see the delegate <see cref="ShapedFormat{T}.Read"/> like any other
/// format; its target is this object, in which a schema finds the shape.
/// </summary>
internal abstract class ShapedFormat(ScalarShape shape)
{
    private readonly ScalarShape _shape = shape;

    /// <summary>Null for a format that was made without one.</summary>
    public static ScalarShape? ShapeOf(Delegate format) => (format.Target as ShapedFormat)?._shape;
}

/// <inheritdoc/>
internal sealed class ShapedFormat<T>(ScalarShape shape, ScalarFormat<T> format) : ShapedFormat(shape)
{
    public Parsed<T> Read(string text) => format(text);
}
