import JSON
import ModelStore

/// An epoch as the document of its job shows it: what was measured, with the time that it took in whole tenths of a second.
///
/// The tenths are rounded down, so that the histories of two short runs of the same job are the same text; what was measured
/// to the microsecond is told by `GET /jobs/{id}/history`.
struct HistoryEntry: JSONWritable {
    let epoch: Epoch

    func write(to json: inout JSONWriter) {
        let metrics = epoch.metrics
        // The engine writes the time last, so the text need not be parsed: histories have up to 10,000 epochs.
        guard let colon = metrics.lastIndex(of: ":"), metrics[...colon].hasSuffix("\"seconds\":"),
            let seconds = Double(metrics[metrics.index(after: colon)...].dropLast())
        else { return json.raw(Array(metrics.utf8)) }
        json.raw(Array("\(metrics[...colon])\((seconds * 10).rounded(.down) / 10)}".utf8))
    }
}
