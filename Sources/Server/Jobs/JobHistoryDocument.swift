import HTTP
import HTTPTypes
import JSON
import ModelStore

/// A job's metrics over its epochs, as series that are thin enough to be drawn.
struct JobHistoryDocument: JSONWritable, Sendable {
    private let job: JobID
    private let epochs: Int
    private let from: Int
    private let to: Int
    private let isDecimated: Bool
    private let series: [Series]

    /// One metric over the epochs that were kept.
    private struct Series: Sendable {
        let metric: String
        var epochs: [Int] = []
        /// Numbers, or one table.
        var values: [Double] = []
        var table: JSONValue?
        var smoothed: [Double]?
        /// Seconds since the job's first step; nil where they weren't asked for, or aren't known.
        var elapsed: [Double]?
        /// Epochs whose value is no number.
        var nonfinite: [(epoch: Int, elapsed: Double?)] = []
    }

    /// Reads a job's epochs, first to last, and keeps what was asked for.
    ///
    /// - Throws: A `Problem` with 400 for a metric that the job doesn't have, or a table of several epochs.
    init(of job: JobID, _ history: [Epoch], _ request: HistoryRequest) throws {
        let rows = try history.map { (number: $0.number, metrics: try JSONDocument(parsing: $0.metrics).root) }
        self.job = job
        epochs = rows.count
        let first = request.from ?? rows.first?.number ?? 0
        let range = first...max(first, request.to ?? rows.last?.number ?? 0)
        (from, to) = (range.lowerBound, range.upperBound)
        let names = try Self.names(request, in: rows.map(\.metrics))
        let elapsed = request.isTimed ? Self.elapsed(rows.map(\.metrics)) : nil
        series = try names.map { name in
            let isTable = rows.contains { $0.metrics[name]?.kind == .array }
            guard isTable else { return Self.curve(name, rows, range, request, elapsed) }
            guard range.count == 1 else {
                throw Problem(
                    .badRequest,
                    detail: "query parameter \"metrics\": \"\(name)\" is a table; name one epoch by \"from\" and \"to\""
                )
            }
            let row = rows.first { range.contains($0.number) }
            return Series(metric: name, epochs: row.map { [$0.number] } ?? [], table: row?.metrics[name])
        }
        isDecimated = rows.count { range.contains($0.number) } > request.points
    }

    private static func names(_ request: HistoryRequest, in rows: [JSONValue]) throws -> [String] {
        var known: [String] = []
        var tables: Set<String> = []
        for row in rows {
            for (key, value) in row.members where key != "epoch" {
                if !known.contains(key) { known.append(key) }
                if value.kind == .array { tables.insert(key) }
            }
        }
        guard let wanted = request.metrics else { return known.filter { !tables.contains($0) } }
        // A job that has not ended its first epoch has no metrics yet, whatever they will be.
        guard !rows.isEmpty else { return wanted }
        for name in wanted where !known.contains(name) {
            throw Problem(
                .badRequest,
                detail: "query parameter \"metrics\": " + Suggestion.unknown("metric", name, known: known)
            )
        }
        return wanted
    }

    /// The seconds from the first step to the end of each epoch, to the microsecond; nil where an epoch's aren't known.
    private static func elapsed(_ rows: [JSONValue]) -> [Double]? {
        var microseconds = 0.0
        var ends: [Double] = []
        for row in rows {
            guard let seconds = try? row["seconds"]?.double() else { return nil }
            microseconds += (seconds * 1e6).rounded()
            ends.append(microseconds / 1e6)
        }
        return ends
    }

    private static func curve(
        _ name: String,
        _ rows: [(number: Int, metrics: JSONValue)],
        _ range: ClosedRange<Int>,
        _ request: HistoryRequest,
        _ elapsed: [Double]?
    ) -> Series {
        var series = Series(metric: name)
        var points: [(place: Int, epoch: Int, value: Double, smoothed: Double)] = []
        var (sum, weight) = (0.0, 0.0)
        for (place, (epoch, metrics)) in rows.enumerated() {
            guard let entry = metrics[name] else { continue }
            guard let value = try? entry.double() else {
                if range.contains(epoch) { series.nonfinite.append((epoch, elapsed?[place])) }
                continue
            }
            // Smoothing begins with the job, wherever the part begins that is shown.
            let keep = request.smooth ?? 0
            (sum, weight) = (sum * keep + value, weight * keep + 1)
            if range.contains(epoch) { points.append((place, epoch, value, sum / weight)) }
        }
        let kept = Self.thinned(points.map(\.value), to: request.points)
        series.epochs = kept.map { points[$0].epoch }
        series.values = kept.map { points[$0].value }
        if request.smooth != nil { series.smoothed = kept.map { points[$0].smoothed } }
        if let elapsed { series.elapsed = kept.map { elapsed[points[$0].place] } }
        return series
    }

    /// The places of the values to keep, in order: the first, the last, and of each bin between them the least and the
    /// greatest.
    private static func thinned(_ values: [Double], to points: Int) -> [Int] {
        guard values.count > points else { return Array(values.indices) }
        let bins = (points - 2) / 2
        let inner = values.count - 2
        var kept = [0]
        for bin in 0..<bins {
            let places = 1 + bin * inner / bins..<1 + (bin + 1) * inner / bins
            guard let least = places.min(by: { values[$0] < values[$1] }),
                let greatest = places.max(by: { values[$0] < values[$1] })
            else { continue }
            kept += least == greatest ? [least] : [min(least, greatest), max(least, greatest)]
        }
        return kept + [values.count - 1]
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("job", job.description)
            json.field("epochs", epochs)
            json.field("from", from)
            json.field("to", to)
            json.field("decimated", isDecimated)
            json.key("series")
            json.array { json in
                for one in series { Self.write(one, to: &json) }
            }
        }
    }

    private static func write(_ series: Series, to json: inout JSONWriter) {
        json.object { json in
            json.field("metric", series.metric)
            json.field("epoch", series.epochs)
            if let table = series.table { json.field("value", [table]) } else { json.field("value", series.values) }
            json.field("smoothed", ifPresent: series.smoothed)
            json.field("elapsed", ifPresent: series.elapsed)
            json.key("nonfinite")
            json.array { json in
                for one in series.nonfinite {
                    json.object { json in
                        json.field("epoch", one.epoch)
                        json.field("value", "NaN")
                        json.field("elapsed", ifPresent: one.elapsed)
                    }
                }
            }
        }
    }
}
