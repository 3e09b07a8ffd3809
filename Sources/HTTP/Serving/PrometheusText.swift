/// Metrics in the Prometheus text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats).
public struct PrometheusText: Sendable {
    /// What a metric's number means.
    public enum Kind: String, Sendable {
        /// It only grows, until the process ends.
        case counter
        /// It goes up and down.
        case gauge
        /// Measurements by size.
        case histogram
    }

    /// The media type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The lines so far.
    public private(set) var text = ""

    /// A text without metrics.
    public init() {}

    /// Begins a metric, whose samples follow.
    public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample of the metric that was begun.
    public mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String> = [:], _ value: Double) {
        text += name
        for (position, label) in labels.enumerated() {
            text += "\(position == 0 ? "{" : ",")\(label.key)=\"\(Self.escaped(label.value))\""
        }
        text += "\(labels.isEmpty ? "" : "}") \(Self.text(value))\n"
    }

    /// Adds a metric of one sample.
    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        sample(name, [:], value)
    }

    /// Adds the samples of a histogram that was begun; `label` tells it from others of its name.
    public mutating func samples(_ name: String, of histogram: Histogram, label: (key: String, value: String)? = nil) {
        let label = label.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        let more = label.map { $0 + "," } ?? ""
        var below = 0
        for (count, bound) in zip(histogram.counts, histogram.bounds) {
            below += count
            text += "\(name)_bucket{\(more)le=\"\(Self.text(bound))\"} \(below)\n"
        }
        text += "\(name)_bucket{\(more)le=\"+Inf\"} \(histogram.count)\n"
        let all = label.map { "{\($0)}" } ?? ""
        text += "\(name)_sum\(all) \(Self.text(histogram.sum))\n\(name)_count\(all) \(histogram.count)\n"
    }

    /// A whole number without a point, others as short as they can be told apart.
    private static func text(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? (value.isInfinite ? value < 0 ? "-Inf" : "+Inf" : "\(value)")
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n", "\r\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
