import ModelStore
import NN

/// One part of a stored dataset as rows that a network takes, read from its file.
struct StoredRows: TrainingData {
    let rows: Int
    let inputShapes: [Shape]
    let targets: [TargetDescription]
    let isWeighted: Bool
    let weightShape: Shape
    let classWords: [[String]?]
    let gap: Int

    private let file: DatasetFile
    private let part: DatasetPart

    /// The rows of a part; the shape of an input is the network's own where the two differ by axes of one element at the
    /// end, which Keras lets pass too.
    ///
    /// - Parameters:
    ///   - file: The dataset's values.
    ///   - part: Which of its rows.
    ///   - layout: How they are made up.
    ///   - options: How a network learns from them.
    ///   - network: The network.
    ///   - looks: What each target looks like, for messages; nil where nobody looked.
    init(
        _ file: DatasetFile,
        _ part: DatasetPart,
        layout: RowLayout,
        options: TrainingOptions,
        network: Network,
        looks: [TargetLook]? = nil
    ) {
        self.file = file
        self.part = part
        rows = part == .train ? file.rows : file.testRows
        isWeighted = layout.weightShape != nil
        weightShape = layout.weightShape ?? []
        classWords = layout.targets.map(\.labels)
        gap = layout.gap
        let fits = layout.inputShapes.count == network.inputs.count
        inputShapes = layout.inputShapes.enumerated().map { place, shape in
            fits ? shape.adapted(to: network.inputs[place].shape) : shape
        }
        let stored = layout.targets
        let described = options.targets(of: network) { place, loss, output in
            let target = stored.indices.contains(place) ? stored[place] : stored[0]
            let look = looks.flatMap { looks in looks.indices.contains(place) ? looks[place] : nil }
            return target.description(for: loss, output: output.shape, look: look ?? .unknown)
        }
        targets =
            described.count == stored.count ? described : stored.map { TargetDescription.values(shape: $0.shape) }
    }

    var inputShape: Shape { inputShapes.count == 1 ? inputShapes[0] : [file.inputVolume] }

    var target: TargetDescription {
        targets.count == 1 ? targets[0] : .values(shape: [targets.reduce(0) { $0 + $1.shape.volume }])
    }

    var heldBytes: Int { DatasetFile.bytesPerRow * (file.rows + file.testRows) }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        let width = file.targetVolume
        let own = width - weightShape.volume
        guard isWeighted else {
            return try copy(indices, inputs: inputs, targets: targets)
        }
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: max(indices.count * width, 1)) { memory in
            // An allocation of one number or more has an address.
            guard let whole = memory.baseAddress else { return }
            try copy(indices, inputs: inputs, targets: whole)
            for row in 0..<indices.count {
                (targets + row * own).update(from: whole + row * width, count: own)
            }
        }
    }

    func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) throws {
        let count = weightShape.volume
        for (place, row) in indices.enumerated() {
            let own = try file.targets(of: part, row: row).suffix(count)
            for (step, weight) in own.enumerated() { weights[place * count + step] = weight }
        }
    }

    private func copy(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try file.copyRows(
            Array(indices),
            of: part,
            inputs: UnsafeMutableBufferPointer(start: inputs, count: indices.count * file.inputVolume),
            targets: UnsafeMutableBufferPointer(start: targets, count: indices.count * file.targetVolume)
        )
    }
}

extension Shape {
    /// The other shape where only trailing extents of 1 tell the two apart, else this one.
    func adapted(to other: Shape) -> Shape {
        func core(_ shape: Shape) -> [Int] { Array(shape.extents.reversed().drop { $0 == 1 }.reversed()) }
        return core(self) == core(other) ? other : self
    }
}
