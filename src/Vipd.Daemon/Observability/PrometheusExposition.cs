using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Vipd.Daemon.Observability;

/// <summary>
/// One scrape: asks every observable instrument of one Meter, then reads the histograms, and writes what they say. All
/// of it happens on the thread of whoever scrapes.
/// </summary>
public sealed class PrometheusExposition : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _oneScrape = new();
    private readonly MeterListener _listener = new();
    private readonly IReadOnlyList<HistogramFamily> _histograms;
    private IReadOnlyList<double> _bounds = [];
    private string[] _boundTexts = [];
    private ExpositionWriter _writer;
    private Instrument? _family;

    /// <param name="meter">Only its observable counters and gauges of long and double are written.</param>
    /// <param name="histograms">What a Meter cannot express.</param>
    public PrometheusExposition(Meter meter, IReadOnlyList<HistogramFamily> histograms)
    {
        _histograms = histograms;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Write(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Write(instrument, value, tags));
        _listener.Start();
    }

    public void Write(ArrayBufferWriter<byte> output)
    {
        lock (_oneScrape)
        {
            _writer = new ExpositionWriter(output);
            _family = null;
            _listener.RecordObservableInstruments();
            foreach (HistogramFamily family in _histograms)
                Write(family);
        }
    }

    public void Dispose() => _listener.Dispose();

    // The listener asks instrument after instrument: all samples of a family stand together, as the format wants.
    private void Write(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!ReferenceEquals(_family, instrument))
        {
            _family = instrument;
            string type = instrument is ObservableCounter<long> or ObservableCounter<double> ? "counter" : "gauge";
            _writer.WriteHeader(instrument.Name, type, instrument.Description ?? "");
        }

        _writer.WriteSample(instrument.Name, tags, value);
    }

    private void Write(HistogramFamily family)
    {
        _writer.WriteHeader(family.Name, "histogram", family.Help);
        foreach (HistogramSeries series in family.Series())
        {
            if (!ReferenceEquals(_bounds, series.Histogram.UpperBoundsSeconds))
            {
                // Without exponent: a label is compared as text, and other clients write 0.00005.
                _bounds = series.Histogram.UpperBoundsSeconds;
                _boundTexts =
                    [.. _bounds.Select(bound => ((decimal)bound).ToString(CultureInfo.InvariantCulture))];
            }

            _writer.WriteHistogram(family.Name, series, _boundTexts);
        }
    }
}
