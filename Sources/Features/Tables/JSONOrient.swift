import JSON

/// A table that is one JSON object, in one of the forms that pandas' `to_json` and `to_dict` have.
struct JSONOrient: Sendable {
    /// A row.
    enum Row {
        /// Members by name.
        case object(JSONValue)
        /// Values in the order of the names.
        case values([JSONValue?])
    }

    private enum Form: Sendable {
        /// `{"a": [1, 2]}`, and `{"a": {"0": 1, "1": 2}}` once its labels are put in order: the values of each column.
        case columns([[JSONValue?]])
        /// `{"columns": […], "data": [[…], …]}`.
        case split(JSONValue)
        /// `{"r1": {"a": 1}}`, `{"schema": …, "data": [{…}]}`, or one record.
        case records([JSONValue])
    }

    private let form: Form
    /// The names of the columns, where the form gives them; empty where the records do.
    let names: [String]
    /// Whether rows had labels, which are left out.
    let hasLabels: Bool
    /// The members of records that are their labels, which pandas' `table` calls the primary key.
    let labels: Set<String>

    /// Tells the form by its shape.
    ///
    /// - Throws: `DatasetFormatError.content` where it is none of them.
    init(_ root: JSONValue) throws(DatasetFormatError) {
        guard root.kind == .object else {
            throw .content(
                place: "",
                "expected records, as [{\"a\": 1}, …], or columns, as {\"a\": [1, …]}, found \(root.summary)"
            )
        }
        let members = Array(root.members)
        if let data = root["data"], data.kind == .array, let columns = root["columns"], columns.kind == .array {
            (form, hasLabels) = (.split(data), root["index"] != nil)
            names = try Self.names(columns)
        } else if let data = root["data"], data.kind == .array, root["schema"]?.kind == .object {
            (form, names) = (.records(Array(data.elements)), [])
            labels = Set(root["schema"]?["primaryKey"]?.elements.compactMap { try? $0.string() } ?? [])
            hasLabels = !labels.isEmpty
            return
        } else if members.allSatisfy({ $0.value.kind == .array }), !members.isEmpty {
            let count = members[0].value.count
            for member in members where member.value.count != count {
                throw .content(
                    place: "column \"\(member.key)\"",
                    "expected \(count) values, as many as \"\(members[0].key)\" has, found \(member.value.count)"
                )
            }
            form = .columns(members.map { $0.value.elements.map(Optional.some) })
            (names, hasLabels) = (members.map(\.key), false)
        } else if members.allSatisfy({ $0.value.kind == .object }), !members.isEmpty {
            hasLabels = true
            if Self.areRecords(members.map(\.value)) {
                (form, names) = (.records(members.map(\.value)), [])
            } else {
                (form, names) = (.columns(Self.aligned(members.map(\.value))), members.map(\.key))
            }
        } else {
            (form, names, hasLabels) = (.records([root]), [], false)
        }
        labels = []
    }

    private static func names(_ columns: JSONValue) throws(DatasetFormatError) -> [String] {
        var names: [String] = []
        for (place, column) in columns.elements.enumerated() {
            let name = column.kind == .number ? column.source : (try? column.string())
            guard let name else {
                throw .content(place: "columns, \(place + 1)", "expected a column's name, found \(column.summary)")
            }
            guard !names.contains(name) else {
                throw .content(place: "column \"\(name)\"", "the name stands twice; each column needs its own")
            }
            names.append(name)
        }
        return names
    }

    /// Whether objects within an object are rows (pandas' `index`) rather than columns (its default).
    private static func areRecords(_ objects: [JSONValue]) -> Bool {
        guard let first = objects.first else { return false }
        let keys = first.members.map(\.key)
        // Labels 0 … n − 1 are those of rows, so the outer names are columns.
        if keys.enumerated().allSatisfy({ $1 == String($0) }) { return false }
        guard objects.count > 1 else { return false }
        return objects.allSatisfy { $0.count == keys.count && zip($0.members, keys).allSatisfy { $0.key == $1 } }
            && keys.contains { Int($0) == nil }
    }

    /// The values of columns by the labels of all, in the order in which they come.
    private static func aligned(_ columns: [JSONValue]) -> [[JSONValue?]] {
        var places: [String: Int] = [:]
        for column in columns {
            for (label, _) in column.members where places[label] == nil { places[label] = places.count }
        }
        return columns.map { column in
            var values = [JSONValue?](repeating: nil, count: places.count)
            for (label, value) in column.members {
                if let place = places[label] { values[place] = value }
            }
            return values
        }
    }

    /// Gives each row and its number, from 1.
    func forEach(_ body: (Row, Int) throws -> Bool) throws {
        switch form {
        case .columns(let columns):
            for row in 0..<(columns.first?.count ?? 0) {
                guard try body(.values(columns.map { $0[row] }), row + 1) else { return }
            }
        case .split(let data):
            for (row, value) in data.elements.enumerated() {
                guard value.kind == .array, value.count == names.count else {
                    throw DatasetFormatError.content(
                        place: "record \(row + 1)",
                        "expected an array of \(names.count), as many as there are columns, found \(value.summary)"
                    )
                }
                guard try body(.values(value.elements.map(Optional.some)), row + 1) else { return }
            }
        case .records(let records):
            for (row, record) in records.enumerated() {
                guard record.kind == .object else {
                    throw DatasetFormatError.content(
                        place: "record \(row + 1)",
                        "expected an object, found \(record.summary)"
                    )
                }
                guard try body(.object(record), row + 1) else { return }
            }
        }
    }
}
