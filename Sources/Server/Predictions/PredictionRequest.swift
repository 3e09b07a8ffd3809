import Features
import JSON
import NN

/// What a client wants predicted.
struct PredictionRequest: Sendable {
    /// The model's name.
    let model: String
    /// The version.
    let version: VersionReference
    /// The instances, each to be read in the shape that the model takes.
    let instances: Instances

    /// Where the instances stand.
    enum Instances: Sendable {
        /// An array of them.
        case many(JSONValue)
        /// One by itself.
        case one(JSONValue)
        /// A text that isn't JSON, and what is wrong with it where the model takes no text.
        case bare(String, JSONSyntaxError)
        /// Raw ones, as a body of another kind than JSON gave them.
        case raw(RawInstances)
    }

    /// How many of the best classes are to be told; nil for none.
    var top: Int?
    /// The session in which a stateful model goes on; nil for none.
    var session: String?

    /// Which requests go before others, the smallest number first.
    var priority = Int.max

    /// How labels are read out of the results; nil for not at all.
    var decoding: LabelDecoding?

    /// About how many instances there are: raw ones count for one until they are read.
    var rows: Int {
        switch instances {
        case .many(let array): array.count
        case .one, .bare, .raw: 1
        }
    }

    /// One instance that came in a query: JSON, or a bare text for a model that takes one.
    init(model: String, version: VersionReference, text: String) {
        self.model = model
        self.version = version
        do throws(JSONSyntaxError) {
            instances = .one(try JSONDocument(parsing: text).root)
        } catch {
            instances = .bare(text, error)
        }
    }

    /// Reads a body, `{"model", "version"?, "instances": […]}`.
    ///
    /// - Throws: `FaultyInput` with every fault but those of the instances, which only the model can tell.
    init(_ body: JSONValue) throws(FaultyInput) {
        self = try body.read { reader in
            let model = reader.string("model")
            let version = reader.optionalVersion("version") ?? .newest
            let instances = reader.value("instances")
            if let instances, instances.kind != .array || instances.count == 0 {
                reader.faults.add(instances.mismatch("an array of one or more instances"))
            }
            var request = PredictionRequest(model: model, version: version, instances: .many(instances ?? body))
            request.session = reader.session()
            request.decoding = reader.optionalObject("decode") { LabelDecoding(reading: &$0) }
            return request
        }
    }

    /// Instances of a kind.
    init(model: String, version: VersionReference, instances: Instances) {
        self.model = model
        self.version = version
        self.instances = instances
    }

    /// Reads the instances.
    ///
    /// - Parameter model: What the model takes; where it has several inputs, an instance is an object by their names.
    /// - Returns: The instances as the network takes them, and what the client should know of how they were taken.
    /// - Throws: `FaultyInput` with the first fault of each instance, `JSONSyntaxError` for a text that is none where the
    ///   model takes no text.
    func values(for model: ModelInputs) throws -> InstanceRows {
        let inputs = model.inputs
        let list: [JSONValue]
        switch instances {
        case .one(let instance): list = [instance]
        case .many(let array): list = Array(array.elements)
        case .bare(let text, let error):
            guard let input = model.reader?.inputs, input.count == 1, input[0].kind == .string else { throw error }
            return try RawInstances.text(text).values(for: model)
        case .raw(let raw): return try raw.values(for: model)
        }
        if let reader = model.reader { return try FrontInstances(reader, model).values(of: list) }
        let volume = inputs.reduce(0) { $0 + $1.shape.volume }
        var faults = Faults()
        let values = [Float](unsafeUninitializedCapacity: list.count * volume) { buffer, count in
            for (row, instance) in list.enumerated() {
                let room = UnsafeMutableBufferPointer(rebasing: buffer[row * volume..<(row + 1) * volume])
                Self.read(instance, inputs, into: room, &faults)
            }
            count = list.count * volume
        }
        if faults.isEmpty, !model.indexRules.isEmpty {
            for (row, instance) in list.enumerated() {
                Self.check(instance, model, values[row * volume..<(row + 1) * volume], &faults)
            }
        }
        try faults.check()
        return InstanceRows(rows: list.count, values: values, notes: notes(on: values))
    }

    /// Finds numbers of an instance that the model looks up as indices and that its tables haven't.
    private static func check(
        _ instance: JSONValue,
        _ model: ModelInputs,
        _ values: ArraySlice<Float>,
        _ faults: inout Faults
    ) {
        var begin = values.startIndex
        for (number, input) in model.inputs.enumerated() {
            let own = values[begin..<begin + input.shape.volume]
            begin = own.endIndex
            guard let rule = model.indexRules.first(where: { $0.input == number }),
                let place = own.firstIndex(where: { !rule.allows($0) }),
                let given = instance.kind == .object ? instance[input.name] : instance
            else { continue }
            let found = given.number(at: place - own.startIndex, shape: input.shape.extents) ?? given
            faults.add(found.pointer, rule.problem(with: found.summary))
        }
    }

    /// A sentence for each integer that a 32-bit float doesn't hold.
    private func notes(on values: [Float]) -> [String] {
        guard values.contains(where: { $0.magnitude >= RoundedIntegers.greatestHeld }) else { return [] }
        return switch instances {
        case .one(let instance): RoundedIntegers(in: instance).notes
        case .many(let array): RoundedIntegers(in: array).notes
        case .bare, .raw: []
        }
    }

    /// Reads one instance: the input itself, or an object with the inputs by name.
    private static func read(
        _ instance: JSONValue,
        _ inputs: [NetworkInput],
        into room: UnsafeMutableBufferPointer<Float>,
        _ faults: inout Faults
    ) {
        guard instance.kind == .object else {
            guard inputs.count == 1 else {
                let names = inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
                return faults.add(instance.mismatch("an object with the inputs \(names)"))
            }
            let shape = inputs[0].shape.extents
            _ = faults.collect { () throws(Fault) in try instance.readFloats(shape: shape, into: room) }
            return
        }
        for member in instance.members where !inputs.contains(where: { $0.name == member.key }) {
            faults.add(member.value.pointer, Suggestion.unknown("input", member.key, known: inputs.map(\.name)))
        }
        var begin = 0
        for input in inputs {
            let range = begin..<begin + input.shape.volume
            begin = range.upperBound
            guard let value = instance[input.name] else {
                faults.add(instance.pointer, "the input \"\(input.name)\" is missing")
                continue
            }
            let own = UnsafeMutableBufferPointer(rebasing: room[range])
            let shape = input.shape.extents
            _ = faults.collect { () throws(Fault) in try value.readFloats(shape: shape, into: own) }
        }
    }
}

/// What a model takes.
struct ModelInputs: Sendable {
    /// The inputs of its network.
    let inputs: [NetworkInput]
    /// What their numbers have to be where they are looked up.
    let indexRules: [IndexRule]
    /// What stands before the network; nil where clients send what the network takes.
    let front: FrontGraph?
    /// Whether rows differ in size.
    let isOpen: Bool

    init(_ network: Network, front: FrontGraph?) {
        (inputs, indexRules) = (network.inputs, network.indexRules)
        self.front = front
        isOpen = network.sized != nil
    }

    /// What reads instances one by one: the front, or for rows that differ in size one without layers; nil where all are
    /// read at once.
    var reader: FrontGraph? { front ?? (isOpen ? plain : nil) }

    /// A front that gives what clients send.
    var plain: FrontGraph { FrontGraph(inputs: rawInputs, nodes: [], outputs: rawInputs.map(\.name)) }

    /// What clients send: the front's inputs, or those of the network as inputs of numbers.
    var rawInputs: [RawInput] { front?.inputs ?? inputs.map { RawInput($0) } }
}

extension ObjectReader {
    /// The name of a session; nil where there is none.
    mutating func session() -> String? {
        guard let name = optionalString("session") else { return nil }
        if !Sessions.lengths.contains(name.unicodeScalars.count) {
            fault(at: "session", "expected \(Sessions.lengths.lowerBound) to \(Sessions.lengths.upperBound) characters")
        }
        return name
    }
}
