import JSON

/// The header of a NumPy file, versions 1 to 3: the magic bytes, the version, the length, and a Python dictionary of
/// `descr`, `fortran_order` and `shape` (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
enum NPYHeader {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The most characters of a word.
    private static let longestWord = 1 << 16

    /// No header of a plain array comes near this.
    private static let longest = 65_535

    /// What the dictionary of a header says.
    struct Fields {
        let descr: PythonDictionary.Value
        let isFortran: Bool
        /// The extents; none for a single number.
        let extents: [Int]
        /// Where the numbers begin.
        let start: Int
        /// The dictionary's text, short, for messages.
        let shown: String
    }

    /// Reads the header of a file that begins with `magic`.
    static func read(_ bytes: [UInt8]) throws(ArrayHeaderFault) -> ArrayHeader? {
        guard let fields = try fields(bytes) else { return nil }
        let type = try type(fields.descr, fields.shown)
        guard !fields.extents.isEmpty else {
            throw ArrayHeaderFault("expected an array of at least one axis, found a single number")
        }
        // With one axis the two orders are the same.
        let isByColumns = fields.isFortran && fields.extents.count > 1
        return ArrayHeader(
            format: "NPY",
            type: type,
            shape: fields.extents,
            byteCount: fields.start,
            isByColumns: isByColumns
        )
    }

    /// Reads the dictionary of a header; nil if more bytes are needed.
    static func fields(_ bytes: [UInt8]) throws(ArrayHeaderFault) -> Fields? {
        guard bytes.count >= 12 else { return nil }
        let version = bytes[6]
        guard (1...3).contains(version) else {
            throw ArrayHeaderFault("expected an NPY file of version 1, 2 or 3, found version \(version)")
        }
        let lengthBytes = version == 1 ? 2 : 4
        let length = bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= longest else {
            throw ArrayHeaderFault("expected an NPY header of at most \(longest) bytes, found one of \(length)")
        }
        let start = 8 + lengthBytes
        guard bytes.count >= start + length else { return nil }
        let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
        var dictionary = PythonDictionary(text)
        guard let entries = dictionary.entries(), let descr = entries["descr"], let shape = entries["shape"],
            let order = entries["fortran_order"], entries.count == 3
        else {
            throw ArrayHeaderFault("expected an NPY header with descr, fortran_order and shape, found \(short(text))")
        }
        guard case .truth(let isFortran) = order, case .integers(let extents) = shape else {
            throw ArrayHeaderFault("expected fortran_order to be True or False and shape a tuple, found \(short(text))")
        }
        return Fields(descr: descr, isFortran: isFortran, extents: extents, start: start + length, shown: short(text))
    }

    /// How the numbers of a `descr` are stored.
    static func type(_ descr: PythonDictionary.Value, _ found: String) throws(ArrayHeaderFault) -> ElementType {
        let allowed = "b1, i1 to i8, u1 to u8, f2, f4 or f8, or words of U or S"
        guard case .text(let name) = descr else {
            throw ArrayHeaderFault("expected numbers of one type (\(allowed)), found a structured array \(found)")
        }
        var letters = name[...]
        let isBigEndian = letters.first == ">"
        if let first = letters.first, "<>|=".contains(first) { letters.removeFirst() }
        switch letters {
        case "b1": return ElementType(kind: .bool, size: 1, isBigEndian: false)
        case "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8":
            let kind: ElementType.Kind = letters.first == "f" ? .float : letters.first == "u" ? .unsigned : .signed
            return ElementType(kind: kind, size: letters.last?.wholeNumberValue ?? 1, isBigEndian: isBigEndian)
        default: break
        }
        if let count = Int(letters.dropFirst()), (1...longestWord).contains(count) {
            if letters.first == "U" { return ElementType(kind: .characters, size: 4 * count, isBigEndian: isBigEndian) }
            if letters.first == "S" { return ElementType(kind: .bytes, size: count, isBigEndian: false) }
        }
        throw ArrayHeaderFault(
            "expected numbers of type \(allowed), found \(quoted(name)); convert with a.astype(\"float32\")"
        )
    }

    private static func short(_ text: String) -> String {
        quoted(text.split(separator: "\n").first.map(String.init) ?? "")
    }
}
