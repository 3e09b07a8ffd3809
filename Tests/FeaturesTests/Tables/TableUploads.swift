import CZlib
import Foundation
import JSON

@testable import Features

/// Uploads of bytes in memory.
enum TableUploads {
    /// The table of some bytes, which come in pieces of so many.
    static func table(
        _ bytes: [UInt8],
        _ options: TableUploadOptions = TableUploadOptions(),
        schema: String? = nil,
        pieces: Int = .max
    ) throws -> TypedTable {
        let schema = try schema.map { try ColumnSchema(JSONDocument(parsing: $0).root) } ?? ColumnSchema()
        let upload = TableUpload(options, schema: schema, temporaryFolder: NSTemporaryDirectory())
        var place = 0
        while place < bytes.count {
            let end = pieces < bytes.count - place ? place + pieces : bytes.count
            try upload.read(Array(bytes[place..<end]))
            place = end
        }
        return try upload.finish()
    }

    /// The table of a CSV text.
    static func csv(_ text: String, schema: String? = nil) throws -> TypedTable {
        var options = TableUploadOptions()
        options.form = .csv
        return try table(Array(text.utf8), options, schema: schema)
    }

    /// What is said of a CSV text that is no table; nil where it is one.
    static func fault(_ text: String, schema: String? = nil) -> String? {
        do {
            _ = try csv(text, schema: schema)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// A media type with its parameters, as in `text/csv; header=absent`.
    static func options(_ mediaType: String) throws -> TableUploadOptions {
        let parts = mediaType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        let parameters = parts.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return try TableUploadOptions(
            mediaType: parts[0],
            parameters: Dictionary(uniqueKeysWithValues: parameters.map { ($0[0], $0[1]) })
        )
    }
}

extension TypedTable {
    /// The values of a column, of all blocks.
    func values(_ name: String, blockRows: Int = 65_536) throws -> ColumnValues? {
        guard let place = columns.firstIndex(where: { $0.name == name }) else { return nil }
        return try allValues(blockRows: blockRows)[place]
    }

    /// The values of all columns, of all blocks.
    func allValues(blockRows: Int = 65_536) throws -> [ColumnValues] {
        var all: [ColumnValues] = []
        try forEachBlock(rows: blockRows) { block in
            if all.isEmpty {
                all = block
            } else {
                for place in block.indices { all[place].append(block[place]) }
            }
        }
        return all
    }

    func column(_ name: String) -> TypedColumn? { columns.first { $0.name == name } }
}

extension ColumnValues {
    /// Appends the values of the next block.
    mutating func append(_ other: ColumnValues) {
        if missing != nil || other.missing != nil {
            missing = (missing ?? [Bool](repeating: false, count: count))
            missing? += other.missing ?? [Bool](repeating: false, count: other.count)
        }
        switch (content, other.content) {
        case (.numbers(let first), .numbers(let second)): content = .numbers(first + second)
        case (.integers(let first), .integers(let second)): content = .integers(first + second)
        case (.booleans(let first), .booleans(let second)): content = .booleans(first + second)
        case (.dates(let first), .dates(let second)): content = .dates(first + second)
        case (.strings(let first), .strings(let second)): content = .strings(first + second)
        case (.arrays(let first, let shape), .arrays(let second, _)): content = .arrays(first + second, shape: shape)
        case (.files(let first), .files(let second)): content = .files(first + second)
        default: preconditionFailure("blocks of a column are of one kind")
        }
    }
}

/// A gzip file (RFC 1952) whose data are stored as they are.
enum Gzip {
    static func packed(_ text: String) -> [UInt8] {
        let data = Array(text.utf8)
        let sum = data.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        let count = UInt16(data.count)
        let lengths = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
        let tail = (0..<4).map { UInt8(sum >> (8 * $0) & 255) } + [UInt8(count & 255), UInt8(count >> 8), 0, 0]
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + lengths + data + tail
    }
}
