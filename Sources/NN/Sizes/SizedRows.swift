import JSON

/// The rows of a run whose sizes differ, and which go into a batch together.
///
/// Where sequences may be padded, a row's size is that of the bucket of its lengths, no longer than the longest row;
/// batches are cut from rows in the order of these sizes, so that no more than one batch is smaller than the others. Where
/// nothing may be padded, rows of the very same size go together.
struct SizedRows: Sendable {
    /// The network for each size.
    let networks: SizedNetworks
    /// The network as it was defined.
    let network: Network
    /// The inputs whose rows are padded; none where rows of one size go together.
    let sequences: [Int]

    private let sizes: RowSizes?
    /// The sizes in which rows are sorted, from small to large.
    private let groups: [BatchSize]
    /// The place of each kind's group among them.
    private let groupOfKind: [Int]
    private let targets: TargetSizes

    /// Sorts the rows of data, and checks that the network takes each.
    ///
    /// - Throws: `FaultyInput` with the first row that it doesn't take.
    init(
        _ networks: SizedNetworks,
        of network: Network,
        _ options: TrainingOptions,
        _ data: any TrainingData
    ) throws(FaultyInput) {
        (self.networks, self.network) = (networks, network)
        sizes = data.sizes
        let kinds = data.sizes?.kinds ?? [RowSizes.Kind(inputs: data.inputShapes, targets: data.targets.map(\.shape))]
        try Self.check(kinds, data, network)
        let targets = TargetSizes(kinds, network, options)
        self.targets = targets
        try targets.check(kinds, in: networks) { place in
            data.sizes?.ofRow.firstIndex(of: Int32(place)) ?? 0
        }
        if kinds.count > 1, let padded = try Self.paddedGroups(kinds, networks, targets) {
            (groups, groupOfKind) = padded
            sequences = networks.sequences
            return
        }
        let order = kinds.indices.sorted { Self.precedes(kinds[$0].inputs, kinds[$1].inputs) }
        groups = order.map { BatchSize(inputs: kinds[$0].inputs, targets: kinds[$0].targets, isPadded: false) }
        var groupOfKind = [Int](repeating: 0, count: kinds.count)
        for (group, kind) in order.enumerated() { groupOfKind[kind] = group }
        self.groupOfKind = groupOfKind
        sequences = []
    }

    /// Whether the numbers of rows of unequal sizes are filled up.
    var pads: Bool { !sequences.isEmpty }

    /// How many groups rows are sorted into.
    var groupCount: Int { groups.count }

    /// How large the rows of each group are beside those of the largest.
    var relativeSizes: [Double] {
        let volumes = groups.map { Double($0.inputs.reduce(0) { $0 + $1.volume }) }
        return volumes.map { $0 / max(volumes.last ?? 1, 1) }
    }

    /// The group of a row.
    func group(of row: Int) -> Int { sizes.map { groupOfKind[Int($0.ofRow[row])] } ?? 0 }

    /// The size of a batch with rows of these groups.
    func size(of groups: ClosedRange<Int>) throws(FaultyInput) -> BatchSize {
        guard groups.count > 1 else { return self.groups[groups.lowerBound] }
        return try Self.joined(self.groups[groups], networks, targets)
    }

    /// The size of a row by itself, unpadded.
    func exactSize(of row: Int) -> BatchSize {
        guard let sizes else { return groups[0] }
        let kind = sizes.kinds[Int(sizes.ofRow[row])]
        return BatchSize(inputs: kind.inputs, targets: kind.targets, isPadded: false)
    }

    /// The size of the rows of each group.
    var groupSizes: [BatchSize] { groups }

    /// The size of the largest batch there can be.
    var greatest: BatchSize {
        get throws(FaultyInput) { try pads ? size(of: 0...groups.count - 1) : groups[groups.count - 1] }
    }

    /// Groups by the buckets of sequences' lengths; nil where padding would show, or some batch would fit no network.
    private static func paddedGroups(
        _ kinds: [RowSizes.Kind],
        _ networks: SizedNetworks,
        _ targets: TargetSizes
    ) throws(FaultyInput) -> (groups: [BatchSize], ofKind: [Int])? {
        do {
            guard try networks.padsSequences() else { return nil }
        } catch {
            throw FaultyInput(Fault(pointer: "", detail: "the model can't be compiled: \(error)"))
        }
        var greatest = kinds[0].inputs
        for kind in kinds { greatest = zip(greatest, kind.inputs).map { $0.joined(with: $1) } }
        let shapes = kinds.map { kind in
            zip(networks.bucketed(kind.inputs), greatest).map { bucket, most in
                Shape(zip(bucket.extents, most.extents).map { min($0, $1) })
            }
        }
        let distinct = Set(shapes).sorted(by: precedes)
        var groups: [BatchSize] = []
        for inputs in distinct {
            guard let size = try? targets.size(ofInputs: inputs, in: networks) else { return nil }
            groups.append(size)
        }
        guard (try? joined(groups[...], networks, targets)) != nil else { return nil }
        let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        return (groups, shapes.map { places[$0] ?? 0 })
    }

    private static func joined(
        _ groups: ArraySlice<BatchSize>,
        _ networks: SizedNetworks,
        _ targets: TargetSizes
    ) throws(FaultyInput) -> BatchSize {
        guard var inputs = groups.first?.inputs else { preconditionFailure("a batch of no group") }
        for group in groups.dropFirst() { inputs = zip(inputs, group.inputs).map { $0.joined(with: $1) } }
        return try targets.size(ofInputs: inputs, in: networks)
    }

    private static func precedes(_ one: [Shape], _ other: [Shape]) -> Bool {
        let volumes = (one.reduce(0) { $0 + $1.volume }, other.reduce(0) { $0 + $1.volume })
        guard volumes.0 == volumes.1 else { return volumes.0 < volumes.1 }
        return one.flatMap(\.extents).lexicographicallyPrecedes(other.flatMap(\.extents))
    }

    /// Refuses rows whose inputs aren't as the model was defined.
    private static func check(
        _ kinds: [RowSizes.Kind],
        _ data: any TrainingData,
        _ network: Network
    ) throws(FaultyInput) {
        var faults = Faults()
        network.checkInputCount(of: data, &faults)
        try faults.check()
        for (place, kind) in kinds.enumerated() {
            for (input, shape) in zip(network.inputs, kind.inputs) where !input.openShape.allows(shape) {
                let row = data.sizes?.ofRow.firstIndex(of: Int32(place)).map { "row \($0)" } ?? "each row"
                let name = network.inputs.count == 1 ? "" : " of \"\(input.name)\""
                faults.add(
                    "",
                    "the model \"\(network.definition.name)\" takes \(input.openShape)\(name), and \(row) of the data is \(shape)"
                )
            }
            if faults.list.count > 10 { break }
        }
        try faults.check()
    }
}

/// How large the targets of a batch are, whose results' size follows from that of its inputs.
private struct TargetSizes: Sendable {
    /// The output of each target, and whether the target is as long as its result.
    private let outputs: [(place: Int, isAligned: Bool)]
    /// The greatest extents of each target.
    private let greatest: [Shape]
    /// Whether each target's extents differ from row to row.
    private let isOpen: [Bool]

    init(_ kinds: [RowSizes.Kind], _ network: Network, _ options: TrainingOptions) {
        var greatest = kinds[0].targets
        var isOpen = greatest.map { _ in false }
        for kind in kinds {
            for (place, shape) in kind.targets.enumerated() where shape != kinds[0].targets[place] {
                isOpen[place] = true
            }
            greatest = zip(greatest, kind.targets).map { $0.joined(with: $1) }
        }
        (self.greatest, self.isOpen) = (greatest, isOpen)
        let learned = options.learnedOutputs(of: network).map(\.name)
        let losses = options.losses(of: network)
        outputs = zip(learned, losses).map { name, loss in
            (network.outputs.firstIndex { $0.name == name } ?? 0, !loss.alignsLabels)
        }
    }

    /// The size of batches of so large inputs.
    func size(ofInputs inputs: [Shape], in networks: SizedNetworks) throws(FaultyInput) -> BatchSize {
        let network = try networks.network(for: BatchSize(inputs: inputs, isPadded: true))
        let shapes = greatest.indices.map { place -> Shape in
            guard isOpen[place], outputs.indices.contains(place), outputs[place].isAligned else {
                return greatest[place]
            }
            return greatest[place].replacing(axis: 0, with: network.outputs[outputs[place].place].shape[0])
        }
        return BatchSize(inputs: inputs, targets: shapes, isPadded: true)
    }

    /// Refuses rows of which the network gives another number of results than they have targets, and sizes that it
    /// doesn't take.
    func check(
        _ kinds: [RowSizes.Kind],
        in networks: SizedNetworks,
        row: (Int) -> Int
    ) throws(FaultyInput) {
        for (place, kind) in kinds.enumerated() {
            let network: Network
            do throws(FaultyInput) {
                network = try networks.network(for: BatchSize(inputs: kind.inputs, isPadded: false))
            } catch {
                throw FaultyInput(
                    Fault(
                        pointer: "",
                        detail:
                            "row \(row(place)) of the data is \(BatchSize(inputs: kind.inputs, isPadded: false)), which the "
                            + "model doesn't take: \(error.faults[0].detail)"
                    )
                )
            }
            for (target, shape) in kind.targets.enumerated() where isOpen[target] && outputs.indices.contains(target) {
                guard outputs[target].isAligned else { continue }
                let output = network.outputs[outputs[target].place]
                guard shape.rank > 0, output.shape.rank > 0, shape[0] == output.shape[0] else {
                    throw FaultyInput(
                        Fault(
                            pointer: "",
                            detail:
                                "row \(row(place)) has a target of \(shape), but \"\(output.name)\" gives \(output.shape) "
                                + "for its input of \(BatchSize(inputs: kind.inputs, isPadded: false))"
                        )
                    )
                }
            }
        }
    }
}
