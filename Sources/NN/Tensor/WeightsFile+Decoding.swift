import FileKinds
import JSON

extension WeightsFile {
    /// Reads a file, whole or not at all.
    ///
    /// Strict: the header is one JSON object, names occur once, and the numbers of all tensors fill the rest of the file
    /// without an overlap or a gap. `F16` and `BF16` are widened, which is exact; `F64` is rounded to the nearest.
    /// Of whole numbers only PyTorch's counters of batches, `….num_batches_tracked`, may be there; they are passed over.
    ///
    /// - Parameter bytes: The file.
    /// - Throws: `WeightsFileError` for the first thing that is wrong with it.
    public init(decoding bytes: [UInt8]) throws(WeightsFileError) {
        let header = try Self.header(of: bytes)
        let dataStart = 8 + header.count
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: Array(header), maximumDepth: 4)
        } catch {
            throw .header("not JSON: \(error.description)")
        }
        guard document.root.kind == .object else {
            throw .header("expected a JSON object, found \(document.root.summary)")
        }
        var metadata: [String: String] = [:]
        var places: [Place] = []
        do throws(Fault) {
            for member in document.root.members {
                if member.key == Self.metadataKey {
                    metadata = try Self.metadata(member.value)
                } else {
                    places.append(try Place(member.key, member.value))
                }
            }
        } catch {
            throw .header(error.description)
        }
        places.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
        try Self.checkCoverage(of: places, dataBytes: bytes.count - dataStart)
        let entries = places.compactMap { place -> Entry? in
            guard let type = place.type else { return nil }
            let values = bytes.withUnsafeBytes { bytes in
                let numbers = bytes[dataStart + place.begin..<dataStart + place.end]
                return type.floats(UnsafeRawBufferPointer(rebasing: numbers), count: place.shape.volume)
            }
            return Entry(place.name, Tensor(place.shape, values))
        }
        self.init(entries, metadata: metadata)
    }

    private static func header(of bytes: [UInt8]) throws(WeightsFileError) -> ArraySlice<UInt8> {
        guard !bytes.isEmpty else { throw .empty }
        // What begins as another kind of file doesn't begin with a length.
        if let kind = FileKind(bytes), kind.name != "a safetensors file" {
            throw .foreign("found \(kind.name); \(kind.advice(for: .weights))")
        }
        guard bytes.count >= 8 else { throw .truncated(needed: 8, found: bytes.count) }
        let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(greatestHeader) else { throw .headerLength(length) }
        guard bytes.count - 8 >= Int(length) else { throw .truncated(needed: 8 + Int(length), found: bytes.count) }
        return bytes[8..<8 + Int(length)]
    }

    private static func metadata(_ value: JSONValue) throws(Fault) -> [String: String] {
        guard value.kind == .object else { throw value.mismatch("an object of strings") }
        var texts: [String: String] = [:]
        for member in value.members { texts[member.key] = try member.value.string() }
        return texts
    }

    private static func checkCoverage(of places: [Place], dataBytes: Int) throws(WeightsFileError) {
        var end = 0
        for place in places {
            guard place.begin == end else {
                let problem = place.begin < end ? "overlaps the tensor before it" : "leaves a gap before it"
                throw .offsets(
                    "tensor \"\(place.name)\" at \(place.begin)..<\(place.end) \(problem), which ends at \(end)"
                )
            }
            end = place.end
        }
        if end > dataBytes { throw .offsets("the tensors need \(end) bytes, the file has \(dataBytes)") }
        if end < dataBytes { throw .offsets("\(dataBytes - end) bytes after the last tensor belong to none") }
    }

    /// Where the header says that a tensor's numbers lie.
    private struct Place {
        let name: String
        /// How its numbers are held; nil for a counter, which is passed over.
        let type: WeightsElement?
        let shape: Shape
        let begin: Int
        let end: Int

        init(_ name: String, _ value: JSONValue) throws(Fault) {
            self.name = name
            let fields: (dtype: String, shape: [Int], offsets: [Int])
            do throws(FaultyInput) {
                fields = try value.read { reader in
                    (
                        dtype: reader.string("dtype"),
                        shape: reader.ints("shape", in: 0...Self.greatest, count: 0...16),
                        offsets: reader.ints("data_offsets", in: 0...Self.greatest, count: 2...2)
                    )
                }
            } catch {
                throw error.faults[0]
            }
            type = WeightsElement(rawValue: fields.dtype)
            let isCounter = fields.dtype == "I64" && name.hasSuffix(".num_batches_tracked")
            guard var size = type?.size ?? (isCounter ? MemoryLayout<Int64>.size : nil) else {
                let detail = "expected \"F32\", \"F64\", \"F16\" or \"BF16\", found \"\(fields.dtype)\""
                throw Fault(pointer: value.pointer + "/dtype", detail: detail)
            }
            for extent in fields.shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: extent)
                guard !overflow else {
                    throw Fault(pointer: value.pointer + "/shape", detail: "\(fields.shape) has too many elements")
                }
                size = product
            }
            (begin, end) = (fields.offsets[0], fields.offsets[1])
            guard begin <= end, end - begin == size else {
                throw Fault(
                    pointer: value.pointer + "/data_offsets",
                    detail:
                        "\(fields.offsets) spans \(end - begin) bytes, \(fields.shape) of \(fields.dtype) needs \(size)"
                )
            }
            shape = Shape(fields.shape)
        }

        private static let greatest = 1 << 52
    }
}
