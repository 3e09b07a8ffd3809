import JSON

/// What a kept epoch is as a version of its model: all but the weights themselves, which lie in the checkpoint.
public struct KeptVersion: Equatable, Sendable {
    /// Where a tensor of the weights lies.
    public struct Tensor: Equatable, Sendable {
        /// The name, as in a version.
        public let name: String
        /// The extents.
        public let shape: [Int]
        /// Where its float32 values begin in the checkpoint's first part.
        public let offset: Int

        /// Says where a tensor lies.
        public init(name: String, shape: [Int], offset: Int) {
            self.name = name
            self.shape = shape
            self.offset = offset
        }
    }

    /// The metrics of the epoch as a JSON object.
    public var metrics: String
    /// How it came about, as a JSON object, as with a version.
    public var options: String
    /// What the front layers have learned, as a JSON text; nil for none.
    public var front: String?
    /// The SHA-256 of the dataset that it was trained on.
    public var datasetFingerprint: String?
    /// The version that the training started from; 0 for initial weights, nil where it was a kept epoch.
    public var parent: Int?
    /// The version of the program that made it.
    public var programVersion: String
    /// The digest that a version with these weights has.
    public var weightsSHA256: String
    /// The weights, in the order of the definition.
    public var tensors: [Tensor]

    /// Describes a kept epoch.
    public init(
        metrics: String,
        options: String,
        front: String? = nil,
        datasetFingerprint: String? = nil,
        parent: Int? = nil,
        programVersion: String,
        weightsSHA256: String,
        tensors: [Tensor]
    ) {
        self.metrics = metrics
        self.options = options
        self.front = front
        self.datasetFingerprint = datasetFingerprint
        self.parent = parent
        self.programVersion = programVersion
        self.weightsSHA256 = weightsSHA256
        self.tensors = tensors
    }

    /// The size of the weights.
    var bytes: Int { tensors.reduce(0) { $0 + (StoredTensor.byteCount(of: $1.shape) ?? 0) } }
}

/// As the last part of a checkpoint: what is JSON text already stands in it as a string.
extension KeptVersion {
    /// The name of the part.
    static let part = "version"

    /// What `init(reading:)` reads.
    var encoded: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("metrics", metrics)
            json.field("options", options)
            json.field("front", front)
            json.field("dataset_sha256", datasetFingerprint)
            json.field("parent", parent)
            json.field("program_version", programVersion)
            json.field("weights_sha256", weightsSHA256)
            json.key("tensors")
            json.array { json in
                for tensor in tensors {
                    json.object { json in
                        json.field("name", tensor.name)
                        json.field("shape", tensor.shape)
                        json.field("offset", tensor.offset)
                    }
                }
            }
        }
        return json.bytes
    }

    /// Reads what `encoded` gives.
    ///
    /// - Throws: What is wrong with the bytes.
    init(reading bytes: [UInt8]) throws {
        self = try JSONDocument(parsing: bytes).root.read { reader in
            KeptVersion(
                metrics: reader.string("metrics"),
                options: reader.string("options"),
                front: reader.optionalString("front"),
                datasetFingerprint: reader.optionalString("dataset_sha256"),
                parent: reader.optionalInt("parent", in: 0...Int.max),
                programVersion: reader.string("program_version"),
                weightsSHA256: reader.string("weights_sha256"),
                tensors: reader.array("tensors") { value, faults in
                    faults.read(value) { reader in
                        Tensor(
                            name: reader.string("name"),
                            shape: reader.ints("shape", in: 0...Int.max),
                            offset: reader.int("offset", in: 0...Int.max)
                        )
                    }
                }
            )
        }
    }
}

/// How a checkpoint is kept with its job.
public struct KeptRule: Sendable {
    /// The epoch whose end it is.
    public let epoch: Int
    /// How many of the job's newest epochs are kept; nil for all.
    public let newest: Int?
    /// What it is as a version.
    public let version: KeptVersion

    /// Keeps a checkpoint as that of an epoch.
    public init(epoch: Int, newest: Int?, version: KeptVersion) {
        self.epoch = epoch
        self.newest = newest
        self.version = version
    }
}
