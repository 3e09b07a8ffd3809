/// What a file is by its first bytes, so that one of the wrong kind can be called what it is.
public struct FileKind: Sendable, Equatable {
    /// What a file was sent as.
    public enum Use: Sendable {
        /// A table of text.
        case table
        /// An array of numbers or words.
        case array
        /// Weights of a model.
        case weights
        /// JSON.
        case json
    }

    /// The kinds that the advice depends on.
    enum Family: Sendable {
        case spreadsheet, columns, hdf5, pickle, picture, sound, document, packed, npy, npz, json, markup, safetensors
        case database, keras, text
    }

    /// What it is, with its article: `an Excel workbook (.xlsx, a zip file)`.
    public let name: String
    let family: Family

    /// How many bytes of the beginning tell most.
    public static let prefixBytes = 4096

    /// Whether it is an NPZ file.
    public var isNPZ: Bool { family == .npz }

    /// Whether it begins as JSON does.
    public var isJSON: Bool { family == .json }

    /// Whether it is an NPY array.
    public var isNPY: Bool { family == .npy }

    /// Recognises a file; nil where its first bytes are those of no kind that is known, as those of CSV are.
    ///
    /// - Parameter bytes: The beginning, at best `prefixBytes` or the whole file.
    public init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes.prefix(Self.prefixBytes))
        // First, since a length can look like the beginning of anything.
        if bytes.count >= 10, bytes[8] == UInt8(ascii: "{"), bytes[4..<8].allSatisfy({ $0 == 0 }) {
            (name, family) = ("a safetensors file", .safetensors)
        } else if let picture = Self.picture(bytes) {
            (name, family) = (picture, .picture)
        } else if let known = Self.signatures.first(where: { bytes.starts(with: $0.magic) }) {
            (name, family) = (known.name, known.family)
        } else if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) || bytes.starts(with: Array("PK\u{5}\u{6}".utf8)) {
            (name, family) = Self.zip(bytes)
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.count >= 12 {
            let isSound = bytes[8..<12].elementsEqual("WAVE".utf8)
            (name, family) =
                isSound ? ("a WAV sound", .sound) : ("a RIFF file that is neither sound nor picture", .document)
        } else if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            (name, family) = ("a tar archive", .packed)
        } else if bytes.count >= 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
            (name, family) = ("a Python pickle", .pickle)
        } else if let markup = Self.text(bytes) {
            (name, family) = markup
        } else {
            return nil
        }
    }

    private static let signatures: [(magic: [UInt8], name: String, family: Family)] = [
        ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), "an HDF5 file", .hdf5),
        (Array("%PDF".utf8), "a PDF document", .document),
        (Array("PAR1".utf8), "a Parquet file", .columns),
        (Array("ARROW1".utf8), "an Arrow file", .columns),
        (Array("FEA1".utf8), "a Feather file", .columns),
        (Array("ORC".utf8), "an ORC file", .columns),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Office document, such as an Excel workbook (.xls)", .spreadsheet),
        (Array("SQLite format 3".utf8), "an SQLite database", .database),
        ([0x1F, 0x8B], "a gzip file", .packed),
        (Array("BZh".utf8), "a bzip2 file", .packed),
        ([0xFD] + Array("7zXZ".utf8), "an xz file", .packed),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", .packed),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive", .packed),
        (Array("Rar!".utf8), "a RAR archive", .packed),
        ([0x93] + Array("NUMPY".utf8), "an NPY array", .npy),
        (Array("MATLAB 5.0".utf8), "a MATLAB file", .columns),
    ]

    private static func zip(_ bytes: [UInt8]) -> (String, Family) {
        let text = String(decoding: bytes, as: UTF8.self)
        let isODS = text.contains("opendocument.spreadsheet")
        if isODS { return ("an OpenDocument spreadsheet (.ods, a zip file)", .spreadsheet) }
        if ["xl/", "[Content_Types].xml", "docProps/"].contains(where: text.contains) {
            return ("an Excel workbook (.xlsx, a zip file) or another Office document", .spreadsheet)
        }
        if text.contains("model.weights.h5") || text.contains("metadata.json") {
            return ("a Keras archive (.keras, a zip file)", .keras)
        }
        if text.contains("data.pkl") { return ("a PyTorch file (a zip file with a pickle)", .pickle) }
        if text.contains(".npy") { return ("an NPZ file", .npz) }
        return ("a zip file", .packed)
    }

    private static func text(_ bytes: [UInt8]) -> (String, Family)? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let shown = start.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        switch shown.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return ("JSON", .json)
        case UInt8(ascii: "<"):
            let head = String(decoding: shown.prefix(200), as: UTF8.self).lowercased()
            if head.contains("<html") || head.contains("<!doctype html") { return ("an HTML page", .markup) }
            if head.contains("<svg") { return ("an SVG drawing", .picture) }
            return head.hasPrefix("<?xml") ? ("an XML document", .markup) : nil
        case UInt8(ascii: "v") where shown.starts(with: "version https://git-lfs".utf8):
            return ("a pointer of Git LFS in place of the file, which git lfs pull fetches", .text)
        default: return nil
        }
    }
}
