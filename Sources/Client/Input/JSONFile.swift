internal import JSON

/// A file that holds one JSON value, with the lines of what stands in it.
struct JSONFile: FaultSource {
    /// Its name in messages.
    let label: String
    /// What it holds.
    let root: JSONValue
    /// What stands before its pointers in the body that is sent, such as `/data`.
    var prefix = ""

    /// Reads a file.
    init(_ file: InputFile) throws(Failure) {
        try self.init(file.contents(), label: file.label)
    }

    /// Parses what was read from a file.
    init(_ bytes: [UInt8], label: String) throws(Failure) {
        self.label = label
        do {
            root = try JSONDocument(parsing: bytes, maximumDepth: JSONDocument.greatestMaximumDepth).root
        } catch {
            throw Failure(.refused, lines: ["\(label):\(error.line): column \(error.column): \(error.detail)"])
        }
    }

    func line(for fault: Fault) -> String {
        guard let pointer = fault.pointer.without(prefix: prefix) else { return "\(label): \(fault)" }
        return "\(label):\(JSONLines(root).line(of: pointer)): \(fault)"
    }
}

extension String {
    /// A pointer below another one, seen from there; nil where it isn't below it.
    func without(prefix: String) -> String? {
        guard hasPrefix(prefix) else { return nil }
        let rest = dropFirst(prefix.count)
        return rest.isEmpty || rest.hasPrefix("/") ? String(rest) : nil
    }
}
