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
    let sizes: RowSizes?

    /// The shapes of a row's targets as they are stored.
    private let storedTargets: [Shape]
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
    /// - Throws: `StoreError` for rows that can't be read.
    init(
        _ file: DatasetFile,
        _ part: DatasetPart,
        layout: RowLayout,
        options: TrainingOptions,
        network: Network,
        looks: [TargetLook]? = nil
    ) throws {
        self.file = file
        self.part = part
        rows = part == .train ? file.rows : file.testRows
        isWeighted = layout.weightShape != nil
        weightShape = layout.weightShape ?? []
        classWords = layout.targets.map(\.labels)
        gap = layout.gap
        let unequal = UnequalRows(network, options).parts
        let isUnequal = !unequal.isEmpty && layout.inputShapes.count == network.inputs.count + unequal.count
        let shapes = layout.inputShapes.dropLast(isUnequal ? unequal.count : 0)
        let fits = shapes.count == network.inputs.count
        let inputShapes = shapes.enumerated().map { place, shape in
            fits ? shape.adapted(to: network.inputs[place].openShape) : shape
        }
        self.inputShapes = inputShapes
        let stored = layout.targets
        storedTargets = stored.map(\.shape)
        sizes =
            try isUnequal
            ? Self.sizes(file, part, unequal, layout, inputShapes, targets: stored.map(\.shape), network, options) : nil
        // What a target is to a loss is asked of the results of the largest rows.
        let network =
            network.sized.flatMap {
                try? $0.network(for: BatchSize(inputs: inputShapes, isPadded: false))
            } ?? network
        let described = options.targets(of: network) { place, loss, output in
            let target = stored.indices.contains(place) ? stored[place] : stored[0]
            let look = looks.flatMap { looks in looks.indices.contains(place) ? looks[place] : nil }
            return target.description(for: loss, output: output.shape, look: look ?? .unknown)
        }
        targets =
            described.count == stored.count ? described : stored.map { TargetDescription.values(shape: $0.shape) }
    }

    var inputShape: Shape {
        inputShapes.count == 1 ? inputShapes[0] : [inputShapes.reduce(0) { $0 + $1.volume }]
    }

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
        guard sizes == nil else {
            let size = BatchSize(inputs: inputShapes, targets: storedTargets, isPadded: false)
            return try gather(indices, as: size, masking: [], draw: nil, inputs: inputs, targets: targets)
        }
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

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        guard let sizes else { preconditionFailure("rows of one size") }
        let stored = zip(inputShapes + storedTargets, size.inputs + size.targets).map {
            (whole: $0, part: RowCopy(of: $1, in: $0), count: $1.volume)
        }
        var (input, target) = (inputs, targets)
        for row in indices {
            var begin = 0
            let numbers = try (file.inputs(of: part, row: row), file.targets(of: part, row: row))
            func take(_ place: Int, _ numbers: [Float], to memory: inout UnsafeMutablePointer<Float>) {
                numbers.withUnsafeBufferPointer { numbers in
                    // A row has at least one number.
                    guard let base = numbers.baseAddress else { return }
                    stored[place].part.takeOut(base + begin, to: memory)
                }
                begin += stored[place].whole.volume
                memory += stored[place].count
            }
            for place in inputShapes.indices { take(place, numbers.0, to: &input) }
            for number in sequences {
                let (steps, own) = (size.inputs[number][0], sizes.kinds[Int(sizes.ofRow[row])].inputs[number][0])
                input.writeMask(own: own, of: steps)
                input += steps
            }
            begin = 0
            for place in storedTargets.indices { take(inputShapes.count + place, numbers.1, to: &target) }
        }
    }

    /// The sizes of rows whose extents are stored behind their inputs.
    private static func sizes(
        _ file: DatasetFile,
        _ part: DatasetPart,
        _ unequal: [UnequalRows.Part],
        _ layout: RowLayout,
        _ inputs: [Shape],
        targets: [Shape],
        _ network: Network,
        _ options: TrainingOptions
    ) throws -> RowSizes {
        let names = options.learnedOutputs(of: network).map(\.name)
        let rows = part == .train ? file.rows : file.testRows
        let begin = inputs.reduce(0) { $0 + $1.volume }
        var sizes = RowSizes()
        for row in 0..<rows {
            let extents = try file.inputs(of: part, row: row)[begin...].map { Int($0) }
            var (own, ownTargets, next) = (inputs, targets, extents.startIndex)
            for (place, part) in unequal.enumerated() {
                let end = next + layout.inputShapes[inputs.count + place].volume
                let shape = Shape(Array(extents[next..<end]))
                next = end
                if part.isTarget, let target = names.firstIndex(of: part.name) {
                    ownTargets[target] = shape
                } else if let input = network.inputs.firstIndex(where: { $0.name == part.name }) {
                    own[input] = shape
                }
            }
            sizes.append(RowSizes.Kind(inputs: own, targets: ownTargets))
        }
        return sizes
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
    func adapted(to other: OpenShape) -> Shape {
        guard !other.allows(self) else { return self }
        func core(_ extents: [Int?]) -> [Int?] { Array(extents.reversed().drop { $0 == 1 }.reversed()) }
        let (own, wanted) = (core(extents), core(other.extents))
        guard own.count == wanted.count, zip(own, wanted).allSatisfy({ $1 == nil || $0 == $1 }) else { return self }
        return Shape(own.compactMap(\.self) + other.extents.dropFirst(own.count).map { $0 ?? 1 })
    }
}
