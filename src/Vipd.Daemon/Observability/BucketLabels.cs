using System.Globalization;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Observability;

/// <summary>The label <c>le</c> of each bucket, kept from one histogram to the next as long as the bounds are the
/// same.</summary>
public sealed class BucketLabels
{
    private volatile Made _made = new([], []);

    /// <summary>As many as there are buckets, the last one +Inf.</summary>
    internal Label[] Of(BucketHistogram histogram)
    {
        Made made = _made;
        IReadOnlyList<double> bounds = histogram.UpperBoundsSeconds;
        if (!made.Bounds.SequenceEqual(bounds))
            _made = made = new Made(bounds, [.. bounds.Select(Bound), new Label("le", "+Inf")]);
        return made.Labels;
    }

    // Without exponent: a label is compared as text, and other clients write 0.00005.
    private static Label Bound(double seconds) =>
        new("le", ((decimal)seconds).ToString(CultureInfo.InvariantCulture));

    private sealed record Made(IReadOnlyList<double> Bounds, Label[] Labels);
}
