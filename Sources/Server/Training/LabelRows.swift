import JSON

extension JSONValue {
    /// The data of a request whose targets are rows of labels of unequal length, for the loss `ctc`: with zeros behind
    /// the shorter ones; the same where they are of one length.
    ///
    /// - Returns: `{"x", "y", …}`.
    /// - Throws: Never in fact: what is written is JSON.
    func paddingLabels() throws -> JSONValue {
        guard kind == .object, let targets = self["y"] else { return self }
        let lists = targets.kind == .object ? targets.members.map(\.value) : [targets]
        let lengths = lists.flatMap { Set($0.elements.map(\.count)) }
        guard Set(lengths).count > 1, let greatest = lengths.max() else { return self }
        var json = JSONWriter()
        json.object { json in
            for member in members {
                json.key(member.key)
                guard member.key == "y" else {
                    json.write(member.value)
                    continue
                }
                guard targets.kind == .object else {
                    Self.pad(targets, to: greatest, &json)
                    continue
                }
                json.object { json in
                    for output in targets.members {
                        json.key(output.key)
                        Self.pad(output.value, to: greatest, &json)
                    }
                }
            }
        }
        return try JSONDocument(parsing: json.bytes).root
    }

    private static func pad(_ rows: JSONValue, to length: Int, _ json: inout JSONWriter) {
        json.array { json in
            for row in rows.elements {
                guard row.kind == .array else {
                    json.write(row)
                    continue
                }
                json.array { json in
                    for label in row.elements { json.write(label) }
                    for _ in row.count..<max(length, row.count) { json.write(0) }
                }
            }
        }
    }
}
