internal import JSON

/// Instances with their lines.
struct Instances: FaultSource {
    /// The instances, each as JSON.
    let values: [JSONValue]
    private let label: String
    /// The lines of the file on which they begin; nil where they are the elements of one array.
    private let lines: [Int]?

    /// The elements of one array; any other value is the one instance.
    init(whole bytes: [UInt8], label: String) throws(Failure) {
        let file = try JSONFile(bytes, label: label)
        self.label = label
        values = file.root.kind == .array ? Array(file.root.elements) : [file.root]
        lines = file.root.kind == .array ? nil : [JSONLines(file.root).line(of: "")]
    }

    /// A value a line; empty lines are left out.
    init(lines bytes: [UInt8], label: String) throws(Failure) {
        self.label = label
        var values: [JSONValue] = []
        var lines: [Int] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { $0 > 0x20 }) {
            do {
                values.append(
                    try JSONDocument(parsing: Array(line), maximumDepth: JSONDocument.greatestMaximumDepth).root
                )
            } catch {
                throw Failure(.refused, lines: ["\(label):\(index + 1): column \(error.column): \(error.detail)"])
            }
            lines.append(index + 1)
        }
        self.values = values
        self.lines = lines
    }

    func line(for fault: Fault) -> String {
        guard let pointer = fault.pointer.without(prefix: "/instances"), !pointer.isEmpty else {
            return "\(label): \(fault)"
        }
        let step = pointer.dropFirst().prefix { $0 != "/" }
        guard let position = Int(step), values.indices.contains(position) else { return "\(label): \(fault)" }
        let rest = String(pointer.dropFirst(step.count + 1))
        let inside = JSONLines(values[position])
        // In an array all values are of one document, and lines are counted from its beginning.
        let line = inside.line(of: rest) + (lines.map { $0[position] - 1 } ?? 0)
        return "\(label):\(line): \(fault)"
    }
}
