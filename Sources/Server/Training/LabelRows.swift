import JSON

/// Rows of labels of unequal length, for the loss `ctc`: with zeros behind the shorter ones.
enum LabelRows {
    /// The data of a request, and what validates, with rows of labels of one length; the same where they are of one.
    ///
    /// - Parameters:
    ///   - data: `{"x", "y", …}`.
    ///   - validation: The same; nil for none.
    /// - Returns: Both.
    /// - Throws: Never in fact: what is written is JSON.
    static func padded(_ data: JSONValue, validation: JSONValue?) throws -> (data: JSONValue, validation: JSONValue?) {
        let lengths = ([data] + (validation.map { [$0] } ?? [])).flatMap(lengths)
        guard Set(lengths).count > 1, let greatest = lengths.max() else { return (data, validation) }
        return (try pad(data, to: greatest), try validation.map { try pad($0, to: greatest) })
    }

    /// The lengths that occur.
    private static func lengths(of data: JSONValue) -> [Int] {
        guard data.kind == .object, let targets = data["y"] else { return [] }
        let lists = targets.kind == .object ? targets.members.map(\.value) : [targets]
        return lists.flatMap { Set($0.elements.map(\.count)) }
    }

    private static func pad(_ data: JSONValue, to length: Int) throws -> JSONValue {
        guard data.kind == .object, let targets = data["y"] else { return data }
        var json = JSONWriter()
        json.object { json in
            for member in data.members {
                json.key(member.key)
                guard member.key == "y" else {
                    json.write(member.value)
                    continue
                }
                guard targets.kind == .object else {
                    pad(rows: targets, to: length, &json)
                    continue
                }
                json.object { json in
                    for output in targets.members {
                        json.key(output.key)
                        pad(rows: output.value, to: length, &json)
                    }
                }
            }
        }
        return try JSONDocument(parsing: json.bytes, place: data.pointer).root
    }

    private static func pad(rows: JSONValue, to length: Int, _ json: inout JSONWriter) {
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
