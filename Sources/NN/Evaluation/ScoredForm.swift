import JSON

/// The greatest extents that results and targets have for any of the rows, by the number of the output that is learned.
struct ResultExtents {
    /// The greatest extents of each output's results.
    private(set) var results: [Shape]
    /// The greatest extents of each output's targets, as they are in the data.
    private(set) var targets: [Shape]
    /// Whether an output's results differ in size from row to row.
    let isOpen: [Bool]

    /// Looks at every size that rows have.
    ///
    /// - Throws: `FaultyInput` where the last extent of a result differs from row to row, or for a size that the layers
    ///   don't take.
    init(_ task: LearningTask) throws(FaultyInput) {
        results = task.outputs.map { task.network.outputs[$0.place].shape }
        targets = task.outputs.map { [$0.targetRange.count] }
        guard let sized = task.sizing?.rows else {
            isOpen = results.map { _ in false }
            return
        }
        isOpen = task.outputs.map { output in
            sized.networks.shape { $0.outputs[output.place].shape }.isOpen
        }
        guard isOpen.contains(true) else { return }
        var sizes = sized.groupSizes
        sizes.append(try sized.greatest)
        for size in sizes {
            let network = try sized.networks.network(for: size)
            for (number, output) in task.outputs.enumerated() {
                let shape = network.outputs[output.place].shape
                guard shape.rank > 1, shape.last == results[number].last else {
                    throw FaultyInput(
                        Fault(
                            pointer: "/model",
                            detail:
                                "\"\(output.name)\" gives \(sized.networks.shape { $0.outputs[output.place].shape }), and "
                                + "results whose last extent differs from row to row can't be held against one another"
                        )
                    )
                }
                results[number] = results[number].joined(with: shape)
            }
        }
        for (number, target) in sizes[0].targets.enumerated() {
            targets[number] = sizes.dropFirst().reduce(target) { $0.joined(with: $1.targets[number]) }
        }
    }

    /// How many steps, or places, of a row are told apart by whether they count: those that rows have in unequal number,
    /// or those of a mask.
    func maskVolume(_ number: Int, of task: LearningTask) -> Int {
        isOpen[number]
            ? results[number].volume / results[number].last : task.outputs[number].mask?.volume ?? 0
    }
}

/// How the results and targets of a batch lie, beside those of the largest rows.
struct ScoredForm {
    /// What is learned, for rows of the batch's size.
    let task: LearningTask
    /// How far the results of a row lie from those of the next.
    let width: Int
    /// How far the targets of a row lie from those of the next.
    let targetWidth: Int
    /// Each output's, by its number.
    let parts: [Part]

    /// The numbers of one output.
    struct Part {
        /// Where its results and targets begin in a row's.
        let begin: Int, targetBegin: Int
        /// How its results and targets lie in those of the largest rows.
        let results: RowCopy, targets: RowCopy
        /// How many steps the batch's mask tells apart; 0 where it has none.
        let maskVolume: Int
        /// How the places of a result lie in those of the largest; nil where all results have one size.
        fileprivate let places: (copy: RowCopy, count: Int)?

        /// Writes which places of the largest rows a row has that count.
        func pad(_ mask: UnsafePointer<Float>?, to target: UnsafeMutablePointer<Float>) {
            guard let places else {
                if let mask {
                    target.update(from: mask, count: maskVolume)
                } else {
                    target.update(repeating: 1, count: maskVolume)
                }
                return
            }
            let own = (0..<places.count).map { place in
                mask.map { $0[place * maskVolume / places.count] } ?? 1
            }
            own.withUnsafeBufferPointer { own in
                guard let own = own.baseAddress else { return }
                places.copy.pad(own, to: target)
            }
        }

        /// Writes which steps of the batch count, of a row whose places are told in those of the largest rows.
        func takeOutMask(
            _ larger: UnsafePointer<Float>,
            to target: UnsafeMutablePointer<Float>
        ) {
            guard let places else { return target.update(from: larger, count: maskVolume) }
            var own = [Float](repeating: 0, count: places.count)
            own.withUnsafeMutableBufferPointer { own in
                guard let own = own.baseAddress else { return }
                places.copy.takeOut(larger, to: own)
            }
            for step in 0..<maskVolume { target[step] = own[step * places.count / maskVolume] }
        }
    }

    fileprivate init(_ task: LearningTask, _ size: BatchSize?, _ extents: ResultExtents) {
        self.task = task
        width = task.predictionWidth
        targetWidth = task.target.shape.volume
        var begin = 0
        parts = task.outputs.enumerated().map { number, output in
            let (shape, greatest) = (task.network.outputs[output.place].shape, extents.results[number])
            defer { begin += shape.volume }
            let wholeTarget = extents.targets[number]
            // Where no result is open, targets are taken as they lie.
            let target: Shape =
                size.flatMap { $0.targets[number].rank == wholeTarget.rank ? $0.targets[number] : nil }
                ?? wholeTarget
            return Part(
                begin: begin,
                targetBegin: output.targetRange.lowerBound,
                results: RowCopy(of: shape, in: greatest),
                targets: RowCopy(of: target, in: wholeTarget),
                maskVolume: output.mask?.volume ?? 0,
                places: extents.isOpen[number]
                    ? (
                        RowCopy(of: shape.prefix(shape.rank - 1), in: greatest.prefix(greatest.rank - 1)),
                        shape.volume / shape.last
                    ) : nil
            )
        }
    }
}

/// The forms of a run's batches.
struct ScoredForms {
    private let task: LearningTask
    private let extents: ResultExtents
    private var known: [BatchSize?: ScoredForm] = [:]

    /// The forms of a task's batches.
    init(_ task: LearningTask, _ extents: ResultExtents) {
        (self.task, self.extents) = (task, extents)
    }

    /// The form of a batch of a size; nil where all rows have one.
    ///
    /// - Throws: `FaultyInput` for a size that the layers don't take.
    mutating func form(of size: BatchSize?) throws(FaultyInput) -> ScoredForm {
        if let form = known[size] { return form }
        let form = ScoredForm(
            try task.resized(to: size),
            extents.isOpen.contains(true) ? size : nil,
            extents
        )
        known[size] = form
        return form
    }
}
