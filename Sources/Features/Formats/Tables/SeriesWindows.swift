/// Cuts successive records into windows and the targets that follow them, holding one window's records at a time.
///
/// Record `s·stride` begins window `s`; its input is the next `window` records' columns, `[window, columns]`, and its
/// target the `horizon` records after those: `[targets]` for a horizon of 1, `[horizon]` for one target column, else
/// `[horizon, targets]`.
struct SeriesWindows {
    private let series: ImportOptions.Series
    private let columns: Int
    private let targets: Int
    /// The records that windows to come still need.
    private var inputs: [Float] = []
    private var values: [Float] = []
    /// Records before the next window, still to be let go by.
    private var gap = 0
    private(set) var records = 0
    private(set) var windows = 0

    init(_ series: ImportOptions.Series, columns: Int, targets: Int) {
        self.series = series
        self.columns = columns
        self.targets = targets
    }

    /// The records of one window and its target.
    private var span: Int { series.window + series.horizon }

    var targetShape: [Int] {
        if series.horizon == 1 { return [targets] }
        return targets == 1 ? [series.horizon] : [series.horizon, targets]
    }

    /// Takes the next record, and passes on the window that it completes, if any.
    mutating func add(inputs record: [Float], targets value: [Float], into sink: some RowSink) throws {
        records += 1
        guard gap == 0 else {
            gap -= 1
            return
        }
        inputs += record
        values += value
        guard values.count == span * targets else { return }
        try inputs.withUnsafeBufferPointer { held in
            try sink.appendInputs(UnsafeBufferPointer(rebasing: held[..<(series.window * columns)]), to: .train)
        }
        try values.withUnsafeBufferPointer { held in
            try sink.appendTargets(UnsafeBufferPointer(rebasing: held[(series.window * targets)...]), to: .train)
        }
        windows += 1
        let gone = min(series.stride, span)
        gap = series.stride - gone
        inputs.removeFirst(gone * columns)
        values.removeFirst(gone * targets)
    }
}
