import JSON

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
    }

    /// One instance that came in a query.
    init(model: String, version: VersionReference, input: JSONValue) {
        self.model = model
        self.version = version
        instances = .one(input)
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
            return PredictionRequest(model: model, version: version, instances: .many(instances ?? body))
        }
    }

    private init(model: String, version: VersionReference, instances: Instances) {
        self.model = model
        self.version = version
        self.instances = instances
    }

    /// Reads the instances.
    ///
    /// - Parameter shape: The shape of one.
    /// - Returns: How many there are, and their numbers, row after row.
    /// - Throws: `FaultyInput` with the first fault of each instance.
    func values(shape: [Int]) throws(FaultyInput) -> (rows: Int, values: [Float]) {
        let list: [JSONValue] =
            switch instances {
            case .one(let instance): [instance]
            case .many(let array): Array(array.elements)
            }
        let volume = shape.reduce(1, *)
        var faults = Faults()
        let values = [Float](unsafeUninitializedCapacity: list.count * volume) { buffer, count in
            for (row, instance) in list.enumerated() {
                let room = UnsafeMutableBufferPointer(rebasing: buffer[row * volume..<(row + 1) * volume])
                _ = faults.collect { () throws(Fault) in try instance.readFloats(shape: shape, into: room) }
            }
            count = list.count * volume
        }
        try faults.check()
        return (list.count, values)
    }
}
