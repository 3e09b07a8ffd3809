import JSON
import NN
import Platform
import Synchronization

/// A model whose rows differ in size, compiled for the sizes of late.
///
/// Which size a row is answered in follows from the row alone, so its answer's bits don't depend on what it is beside.
final class SizedServing: Sendable {
    private let served: ServedNetwork
    private let networks: SizedNetworks
    private let state = Mutex(State())

    private struct State {
        var compiled: [BatchSize: (network: ServedNetwork, lastUse: Int)] = [:]
        var carrying: [BatchSize: (model: CarryingModel, lastUse: Int)] = [:]
        var outputs: [[Shape]: [Shape]] = [:]
        var uses = 0
    }

    /// How many sizes stay compiled: two for each doubling of a sequence's length, from 1 to 65,536 steps.
    private static let sizes = 32
    /// How many sizes' results are remembered.
    private static let knownOutputs = 4096

    /// A model.
    ///
    /// - Parameters:
    ///   - served: Its network for rows of some size, whose weights those for other sizes share.
    ///   - networks: Its network for every size.
    init(_ served: ServedNetwork, _ networks: SizedNetworks) { (self.served, self.networks) = (served, networks) }

    /// The inputs of which a padded row tells, behind its numbers, which of their steps are its own.
    var sequences: [Int] { networks.sequences }

    /// About how many bytes the compiled networks take.
    var bytes: Int {
        state.withLock { state in
            state.compiled.values.reduce(0) { $0 + $1.network.runBytes }
                + state.carrying.values.reduce(0) { $0 + $1.model.served.runBytes }
        }
    }

    /// The size in which a row is answered, and the shapes of its results.
    ///
    /// - Throws: `FaultyInput` for a size that the layers don't take, `MemoryShortage`, or what keeps the network from being
    ///   compiled.
    func place(of inputs: [Shape]) throws -> (size: BatchSize, outputs: [Shape]) {
        let outputs = try state.withLock { state in
            if let known = state.outputs[inputs] { return known }
            let found = try networks.network(for: BatchSize(inputs: inputs, isPadded: false)).outputs.map(\.shape)
            if state.outputs.count >= Self.knownOutputs { state.outputs.removeAll() }
            state.outputs[inputs] = found
            return found
        }
        let bucket = try networks.bucket(for: inputs)
        do {
            _ = try network(for: bucket)
            return (bucket, outputs)
        } catch let error as MemoryShortage {
            throw error
        } catch {
            // Where a bucket is longer than the layers take, as positions are, a row is answered in its own size.
            return (BatchSize(inputs: inputs, isPadded: false), outputs)
        }
    }

    /// The network that answers rows of a size.
    ///
    /// - Throws: `MemoryShortage` where the request can't have what trying it takes, or what keeps it from being compiled.
    func network(for size: BatchSize) throws -> ServedNetwork {
        try state.withLock { state in
            state.uses += 1
            if let known = state.compiled[size] {
                state.compiled[size] = (known.network, state.uses)
                return known.network
            }
            let made = try served.with(checked(networks.network(for: size)))
            if state.compiled.count >= Self.sizes,
                let oldest = state.compiled.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.compiled[oldest.key] = nil
            }
            state.compiled[size] = (made, state.uses)
            return made
        }
    }

    /// A network of another size, once the request has the memory in which it is tried before its first answer.
    ///
    /// That is for the results of all layers, twice; it may grow with the square of a sequence's length.
    private func checked(_ network: Network) throws -> Network {
        try RequestMemory.current?.takeNow(2 * network.activations * MemoryLayout<Float>.stride)
        return network
    }

    /// The network that answers rows of a size where a session goes on.
    ///
    /// - Parameters:
    ///   - size: The size.
    ///   - name: The model's name.
    /// - Returns: The network with its memory.
    /// - Throws: `FaultyInput` where no layer is stateful, or what keeps it from being compiled.
    func carrying(for size: BatchSize, of name: String) throws -> CarryingModel {
        try state.withLock { state in
            state.uses += 1
            if let known = state.carrying[size] {
                state.carrying[size] = (known.model, state.uses)
                return known.model
            }
            let made = try CarryingModel(checked(networks.network(for: size)), of: name, served)
            if state.carrying.count >= Self.sizes,
                let oldest = state.carrying.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.carrying[oldest.key] = nil
            }
            state.carrying[size] = (made, state.uses)
            return made
        }
    }
}

extension InstanceRows {
    /// The rows of each size, in the order of the first, with what their network takes.
    ///
    /// - Parameter serving: What answers them.
    /// - Returns: For each size its rows' places and numbers, and for each row the shapes of its results.
    /// - Throws: `FaultyInput` for a size that the layers don't take.
    func grouped(for serving: SizedServing) throws -> (groups: [SizeGroup], outputs: [[Shape]]) {
        var groups: [SizeGroup] = []
        var places: [BatchSize: Int] = [:]
        var outputs: [[Shape]] = []
        var begin = 0
        for (row, inputs) in (shapes ?? []).enumerated() {
            let place: (size: BatchSize, outputs: [Shape])
            do {
                place = try serving.place(of: inputs)
            } catch let error as FaultyInput {
                let found = inputs.map(\.description).joined(separator: " and ")
                throw FaultyInput(
                    Fault(
                        pointer: rows == 1 ? "" : "/instances/\(row)",
                        detail: "the model takes no input of \(found): \(error.faults[0].detail)"
                    )
                )
            }
            outputs.append(place.outputs)
            let group = places[place.size] ?? groups.count
            if group == groups.count {
                groups.append(SizeGroup(size: place.size))
                places[place.size] = group
            }
            let count = inputs.reduce(0) { $0 + $1.volume }
            groups[group].append(row, values[begin..<begin + count], inputs, masking: serving.sequences)
            begin += count
        }
        return (groups, outputs)
    }
}

/// Rows that are answered in one size.
struct SizeGroup {
    /// The size.
    let size: BatchSize
    /// Which rows of the request they are.
    private(set) var rows: [Int] = []
    /// Their numbers, padded, as the size's network takes them.
    private(set) var values: [Float] = []

    init(size: BatchSize) { self.size = size }

    fileprivate mutating func append(
        _ row: Int,
        _ numbers: ArraySlice<Float>,
        _ inputs: [Shape],
        masking sequences: [Int]
    ) {
        rows.append(row)
        var begin = numbers.startIndex
        for (own, shape) in zip(inputs, size.inputs) {
            let end = begin + own.volume
            // Only sequences are padded: what is missing stands behind all that is there.
            values += numbers[begin..<end]
            values.append(contentsOf: repeatElement(0, count: shape.volume - own.volume))
            begin = end
        }
        guard size.isPadded else { return }
        for number in sequences {
            let (own, steps) = (inputs[number][0], size.inputs[number][0])
            values += [Float](unsafeUninitializedCapacity: steps) { room, count in
                room.baseAddress?.writeMask(own: own, of: steps)
                count = steps
            }
        }
    }
}

extension Network {
    /// The results of a row of a smaller size, without what stands behind their end.
    ///
    /// - Parameters:
    ///   - numbers: The results of a row of the network's size, one after the other.
    ///   - shapes: The shapes of the row's own.
    /// - Returns: The row's own numbers.
    func cropped(_ numbers: ArraySlice<Float>, to shapes: [Shape]) -> [Float] {
        var (own, begin): ([Float], Int) = ([], numbers.startIndex)
        for (output, shape) in zip(outputs, shapes) {
            if shape == output.shape {
                own += numbers[begin..<begin + shape.volume]
            } else {
                let part = RowCopy(of: shape, in: output.shape)
                own += [Float](unsafeUninitializedCapacity: shape.volume) { room, count in
                    numbers[begin...].withUnsafeBufferPointer { numbers in
                        guard let source = numbers.baseAddress, let target = room.baseAddress else { return }
                        part.takeOut(source, to: target)
                    }
                    count = shape.volume
                }
            }
            begin += output.shape.volume
        }
        return own
    }
}
