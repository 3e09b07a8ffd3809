import JSON

/// Named tensors as one file in the safetensors format.
///
/// Eight bytes with the length of the header, little-endian; the header, a JSON object that gives each tensor's dtype,
/// shape and place, padded with spaces to a multiple of 8 bytes; then the numbers, one tensor after the other. The same
/// tensors always give the same bytes. Source: github.com/huggingface/safetensors, "Format".
public struct WeightsFile: Sendable, Equatable {
    /// One tensor of the file.
    public struct Entry: Sendable, Equatable {
        /// Its name, as in `dense/kernel`; unique in the file.
        public let name: String
        /// Its numbers.
        public let tensor: Tensor

        /// A tensor under a name.
        public init(_ name: String, _ tensor: Tensor) {
            self.name = name
            self.tensor = tensor
        }
    }

    /// The tensors in the order of their numbers in the file.
    public let entries: [Entry]

    /// Texts that stand in the header beside the tensors.
    public let metadata: [String: String]

    /// A file of these tensors, whose names differ from one another and from `__metadata__`.
    public init(_ entries: [Entry], metadata: [String: String] = [:]) {
        precondition(
            Set(entries.map(\.name) + [Self.metadataKey]).count == entries.count + 1,
            "two tensors of a weights file have one name"
        )
        self.entries = entries
        self.metadata = metadata
    }

    /// The greatest header that is read: 100 MB, as the format's own library allows.
    static let greatestHeader = 100_000_000

    static let metadataKey = "__metadata__"

    /// The bytes of the file.
    public func encoded() -> [UInt8] { bytes(.float32) }

    /// The bytes of the file with the numbers in another form, rounded to the nearest.
    ///
    /// - Parameter element: The form.
    /// - Returns: The file.
    /// - Throws: `WeightsFileError.mismatch` with each tensor that has a number beyond what the form can hold.
    public func encoded(as element: WeightsElement) throws(WeightsFileError) -> [UInt8] {
        let beyond = entries.filter { $0.tensor.values.contains(where: element.overflows) }
        guard beyond.isEmpty else {
            throw .mismatch(
                beyond.map {
                    "tensor \"\($0.name)\" has a number beyond the range of \(element.rawValue); BF16 and F32 hold it"
                }
            )
        }
        return bytes(element)
    }

    private func bytes(_ element: WeightsElement) -> [UInt8] {
        let header = header(element)
        let volume = entries.reduce(0) { $0 + $1.tensor.volume }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header.count + volume * element.size)
        forEachPiece(as: element) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Hands out the bytes of the file in order, a tensor at a time, without a copy of them.
    public func forEachPiece<Failure: Error>(
        as element: WeightsElement = .float32,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try header(element).withUnsafeBufferPointer { (bytes) throws(Failure) in try body(UnsafeRawBufferPointer(bytes))
        }
        for entry in entries {
            try element.withBytes(of: entry.tensor.values, body)
        }
    }

    /// What stands before the numbers: the length of the JSON text, and the text.
    private func header(_ element: WeightsElement) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if !metadata.isEmpty { json.field(Self.metadataKey, metadata) }
            var offset = 0
            for entry in entries {
                let end = offset + entry.tensor.volume * element.size
                json.key(entry.name)
                json.object { json in
                    json.field("dtype", element.rawValue)
                    json.field("shape", entry.tensor.shape.extents)
                    json.field("data_offsets", [offset, end])
                }
                offset = end
            }
        }
        let text = json.bytes + [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.bytes.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
    }

    /// The tensors of a network's weights, in the network's order, whatever their order in the file.
    ///
    /// - Parameter layout: The names and shapes that the network has.
    /// - Returns: The tensors, one for each entry of the layout.
    /// - Throws: `WeightsFileError.mismatch` with every tensor that is missing, unknown or of another shape.
    public func tensors(for layout: ParameterLayout) throws(WeightsFileError) -> [Tensor] {
        var given = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
        var faults: [String] = []
        var tensors: [Tensor] = []
        for wanted in layout.entries {
            guard let tensor = given.removeValue(forKey: wanted.name) else {
                faults.append("tensor \"\(wanted.name)\" \(wanted.shape) is missing")
                continue
            }
            if tensor.shape != wanted.shape {
                faults.append("tensor \"\(wanted.name)\" is \(tensor.shape), the model needs \(wanted.shape)")
            }
            tensors.append(tensor)
        }
        for entry in entries where given[entry.name] != nil {
            faults.append("tensor \"\(entry.name)\" \(entry.tensor.shape) is not part of the model")
        }
        guard faults.isEmpty else { throw .mismatch(faults) }
        return tensors
    }
}
