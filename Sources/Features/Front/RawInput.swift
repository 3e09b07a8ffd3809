public import JSON

/// An input of a model as clients send it: numbers, words, pictures or recordings.
public struct RawInput: Sendable, Equatable {
    /// What an `InputLayer`'s `dtype` says.
    public enum Kind: String, Sendable, CaseIterable {
        /// Numbers.
        case float32
        /// Whole numbers.
        case int32
        /// Words or texts.
        case string
        /// A picture, JPEG, PNG or WebP, `[height, width, channels]`.
        case image
        /// A recording, WAV, `[samples]` or `[samples, channels]`.
        case audio
    }

    /// The name, by which instances and columns are given.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// The extents; nil where rows may differ in one.
    ///
    /// `[]` is a single number or word.
    public let shape: [Int?]
    /// The samples a second that recordings are brought to; nil for those that they have.
    public let sampleRate: Int?

    /// Makes an input.
    public init(name: String, kind: Kind, shape: [Int?], sampleRate: Int? = nil) {
        (self.name, self.kind, self.shape, self.sampleRate) = (name, kind, shape, sampleRate)
    }

    /// What front layers get.
    public var type: FrontType {
        switch kind {
        case .float32: FrontType(.float, shape)
        case .int32: FrontType(.integer, shape)
        case .string: FrontType(.string, shape)
        case .image: FrontType(.byte, shape)
        case .audio: FrontType(.float, shape, sampleRate: sampleRate)
        }
    }

    /// The samples a second of a recording whose input says nothing else: what speech is commonly brought to.
    public static let standardSampleRate = 16_000

    /// The greatest extent of an input.
    private static let greatestExtent = 1 << 24

    /// Reads an `InputLayer`'s arguments, `dtype`, `shape` or `batch_shape`, and `sample_rate` of a recording.
    public init(named name: String, reading arguments: inout ObjectReader) {
        self.name = name
        let text = arguments.optionalChoice("dtype", among: Kind.allCases.map(\.rawValue))
        kind = text.flatMap(Kind.init) ?? .float32
        let key = ["batch_shape", "shape"].first { arguments.has($0) }
        let extents: [Int?]? = key.map { key in
            let extents = arguments.array(key, count: 0...7) { value, faults in
                value.isNull ? nil : faults.collect { () throws(Fault) in try value.int(in: 1...Self.greatestExtent) }
            }
            return key == "batch_shape" ? Array(extents.dropFirst()) : extents
        }
        sampleRate =
            kind == .audio
            ? arguments.int("sample_rate", in: 1000...384_000, default: Self.standardSampleRate) : nil
        switch kind {
        case .image:
            shape = extents ?? [nil, nil, 3]
            if shape.count != 3 || ![1, 3, 4].contains(shape.last ?? nil) {
                let expected = "expected [height, width, channels], the channels 1, 3 or 4, the others perhaps null"
                arguments.fault(at: key ?? "shape", expected)
            }
        case .audio:
            shape = extents ?? [nil]
            if shape.isEmpty || shape.count > 2 || (shape.count == 2 && shape[1] == nil) {
                arguments.fault(
                    at: key ?? "shape",
                    "expected [samples] or [samples, channels], the samples perhaps null"
                )
            }
        case .float32, .int32, .string:
            shape = extents ?? []
        }
    }

    /// Writes the arguments as fields of the object that is being written.
    public func write(to json: inout JSONWriter) {
        json.key("shape")
        json.array { json in
            for extent in shape { if let extent { json.write(extent) } else { json.null() } }
        }
        json.field("dtype", kind.rawValue)
        json.field("sample_rate", ifPresent: sampleRate)
    }
}
