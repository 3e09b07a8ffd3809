/// The part of a model before its first trained layer: inputs as clients send them, and the front layers behind them.
public struct FrontGraph: Sendable {
    /// A front layer in its place.
    public struct Node: Sendable {
        /// The layer's name.
        public let name: String
        /// The layer.
        public internal(set) var layer: any FrontLayer
        /// What it takes, inputs or layers before it, by name.
        public let inputs: [String]

        /// Makes a node.
        public init(name: String, layer: any FrontLayer, inputs: [String]) {
            (self.name, self.layer, self.inputs) = (name, layer, inputs)
        }
    }

    /// What is wrong with one layer's place.
    public struct Misfit: Error, Sendable {
        /// The layer's number among the nodes.
        public let node: Int
        /// A sentence for the client.
        public let detail: String
    }

    /// The inputs.
    public let inputs: [RawInput]
    /// The layers, each behind those whose results it takes.
    public internal(set) var nodes: [Node]
    /// The inputs and layers whose results trained layers take, by name.
    public let outputs: [String]

    /// Where each node's inputs are, and the outputs: inputs first, nodes behind them.
    let sources: [[Int]]
    let outputSources: [Int]
    /// The number of the first random layer; behind the last where there is none.
    private let firstRandom: Int
    /// The inputs and layers before that whose values nothing behind needs.
    private let passing: [Int]

    /// Joins inputs and layers; names that aren't there trap.
    public init(inputs: [RawInput], nodes: [Node], outputs: [String]) {
        (self.inputs, self.nodes, self.outputs) = (inputs, nodes, outputs)
        let names = inputs.map(\.name) + nodes.map(\.name)
        let places = Dictionary(zip(names, names.indices)) { first, _ in first }
        func place(of name: String) -> Int {
            guard let place = places[name] else { preconditionFailure("no input or layer \(name)") }
            return place
        }
        sources = nodes.map { $0.inputs.map(place) }
        outputSources = outputs.map(place)
        firstRandom = nodes.firstIndex { type(of: $0.layer).isRandom } ?? nodes.count
        let needed = Set(sources[firstRandom...].joined() + outputSources)
        passing = (0..<inputs.count + firstRandom).filter { !needed.contains($0) }
    }

    /// The type of each node's result.
    ///
    /// - Throws: `Misfit` for the first layer that can't take what comes to it.
    public func nodeTypes() throws(Misfit) -> [FrontType] {
        var types = inputs.map(\.type)
        var mixing: String?
        for (number, node) in nodes.enumerated() {
            if node.layer is any MixingFrontLayer {
                if let mixing {
                    let detail = "a model joins each row with one other, and \"\(mixing)\" does so already"
                    throw Misfit(node: number, detail: detail)
                }
                mixing = node.name
            }
            do throws(FrontError) {
                types.append(try node.layer.output(for: sources[number].map { types[$0] }))
            } catch {
                throw Misfit(node: number, detail: error.description)
            }
        }
        return Array(types[inputs.count...])
    }

    /// The type of each output, in their order.
    public func outputTypes() throws(Misfit) -> [FrontType] {
        let types = inputs.map(\.type) + (try nodeTypes())
        return outputSources.map { types[$0] }
    }

    /// The results for one row, in the order of `outputs`.
    ///
    /// - Parameters:
    ///   - row: A value for each input.
    ///   - draw: What random layers draw from; nil where the row isn't trained on, and they rest.
    ///   - notes: Where sentences about what had to be replaced are added; nil where nobody asks.
    /// - Returns: A value for each output.
    /// - Throws: `FrontError` for a row that a layer can't take.
    public func apply(
        to row: [FrontValue],
        draw: FrontDraw? = nil,
        notes: inout [String]?
    ) throws(FrontError) -> [FrontValue] {
        let values = try values(of: row, through: nodes.count - 1, draw: draw, notes: &notes)
        return outputSources.map { values[$0] }
    }

    /// The values of the inputs and of the nodes up to `last`.
    func values(
        of row: [FrontValue],
        through last: Int,
        draw: FrontDraw?,
        notes: inout [String]?
    ) throws(FrontError) -> [FrontValue] {
        var values = row
        values.reserveCapacity(inputs.count + last + 1)
        for (number, node) in nodes[..<(last + 1)].enumerated() {
            var pass =
                draw.map { FrontPass(isTraining: true, random: $0.random(layer: number)) }
                ?? FrontPass(collectsNotes: notes != nil)
            values.append(try node.layer.apply(to: sources[number].map { values[$0] }, &pass))
            if let found = pass.notes, !found.isEmpty {
                for sentence in found where notes?.contains(sentence) == false { notes?.append(sentence) }
            }
        }
        return values
    }
}

/// What the random layers of one row of one step draw from.
public struct FrontDraw: Sendable {
    private let seed: UInt64
    private let row: Int

    /// Draws that follow from the job's seed and the step, and from the row's number.
    public init(seed: UInt64, row: Int) { (self.seed, self.row) = (seed, row) }

    /// The draws of one layer.
    func random(layer: Int) -> RowRandom { RowRandom(seed: seed, epoch: 0, row: row, layer: layer) }
}

extension FrontGraph {
    /// Takes a row through the layers before the first random one: what comes out doesn't change from epoch to epoch.
    ///
    /// - Returns: What the layers behind need, to be given to `finish(_:draw:)`.
    public func prepare(_ row: [FrontValue]) throws(FrontError) -> [FrontValue] {
        var notes: [String]?
        var values = try values(of: row, through: firstRandom - 1, draw: nil, notes: &notes)
        for place in passing { values[place] = FrontValue(.floats([]), [0]) }
        return values
    }

    /// Takes a prepared row through the rest of the layers.
    ///
    /// - Parameters:
    ///   - prepared: What `prepare(_:)` gave.
    ///   - draw: What random layers draw from; nil where they rest.
    /// - Returns: The results in the order of `outputs`.
    /// - Throws: `FrontError` for a row that a layer can't take.
    public func finish(_ prepared: [FrontValue], draw: FrontDraw?) throws(FrontError) -> [FrontValue] {
        var values = prepared
        for number in firstRandom..<nodes.count {
            var pass = draw.map { FrontPass(isTraining: true, random: $0.random(layer: number)) } ?? FrontPass()
            values.append(try nodes[number].layer.apply(to: sources[number].map { values[$0] }, &pass))
        }
        return outputSources.map { values[$0] }
    }
}
