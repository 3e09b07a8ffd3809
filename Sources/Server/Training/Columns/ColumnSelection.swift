import JSON

/// What a training request says of a dataset's columns: which are inputs, which are targets, and how rows are made of them.
struct ColumnSelection: Sendable, Equatable {
    /// Columns of one input or output.
    typealias Names = [String]

    /// The columns by input, or of the one input under an empty name; nil where the request doesn't say.
    var inputs: [String: Names]?
    /// The columns by output, or of the one output under an empty name; nil where the request doesn't say.
    var targets: [String: Names]?
    /// How rows are made of successive records; nil where a row is a record.
    var window: Window?
    /// The column of how much each row counts.
    var sampleWeight: String?
    /// How rows to validate with are chosen, where it isn't the last ones.
    var validation: ValidationChoice?
    /// Whether targets are the sequences that inputs are, one step later: teacher forcing.
    var isShifted = false

    /// Windows over the records of a series.
    struct Window: Sendable, Equatable {
        /// The records of one input.
        var steps: Int
        /// How many records behind the window's last its targets lie.
        var horizons: [Int]
        /// The records from one window's begin to the next one's.
        var stride: Int
        /// The column whose values tell series apart.
        var group: String?
        /// The column by which records are in order; nil for the order of the upload.
        var order: String?

        /// Windows over all records in the order of the upload.
        init(steps: Int, horizons: [Int], stride: Int) {
            (self.steps, self.horizons, self.stride) = (steps, horizons, stride)
        }
    }

    /// Nothing said.
    init() {}

    /// Whether the request says anything of columns.
    var isEmpty: Bool { self == ColumnSelection() }

    /// Whether what the request says can't be done without the names of columns.
    var needsColumns: Bool {
        var others = self
        if case .fold = validation { others.validation = nil }
        return !others.isEmpty
    }

    /// The fold that validates; nil where none does.
    var fold: ValidationChoice.Fold? { if case .fold(let fold) = validation { fold } else { nil } }

    private static let counts = 1...1_000_000

    /// Reads `inputs`, `targets`, `window`, `sample_weight`, `validation` and `shift`.
    init(reading reader: inout ObjectReader) {
        inputs = reader.optionalValue("inputs").flatMap { Self.columns($0, &reader.faults) }
        targets = reader.optionalValue("targets").flatMap { Self.columns($0, &reader.faults) }
        window = reader.optionalObject("window") { Window(reading: &$0) }
        sampleWeight = reader.optionalString("sample_weight")
        validation = reader.optionalValue("validation").flatMap { ValidationChoice($0, &reader.faults) }
        isShifted = reader.int("shift", in: 0...1, default: 0) == 1
        if isShifted, let window, window.horizons != [1] {
            reader.fault(at: "shift", "does not go with a horizon; its targets are a window's records, one step later")
        }
    }

    /// Columns as a name, a list of names, or an object of either by input or output.
    private static func columns(_ value: JSONValue, _ faults: inout Faults) -> [String: Names]? {
        func names(_ value: JSONValue) -> Names? {
            faults.collect { () throws(Fault) -> Names in
                guard value.kind == .array else { return [try value.string()] }
                guard value.count > 0 else { throw value.mismatch("the names of one column or more") }
                var names: Names = []
                for element in value.elements { names.append(try element.string()) }
                return names
            }
        }
        guard value.kind == .object else { return names(value).map { ["": $0] } }
        var found: [String: Names] = [:]
        for member in value.members { found[member.key] = names(member.value) }
        if found.isEmpty { faults.add(value.mismatch("columns by the names of inputs or outputs")) }
        return found
    }
}

extension ColumnSelection.Window {
    /// Reads `{"steps", "horizon"?, "stride"?, "group_by"?, "order_by"?}`.
    init(reading reader: inout ObjectReader) {
        let counts = 1...1_000_000
        steps = reader.int("steps", in: counts)
        if let value = reader.optionalValue("horizon"), value.kind == .array {
            horizons = reader.ints("horizon", in: counts, count: 1...10_000)
        } else {
            horizons = [reader.int("horizon", in: counts, default: 1)]
        }
        stride = reader.int("stride", in: counts, default: 1)
        group = reader.optionalString("group_by")
        order = reader.optionalString("order_by")
    }
}

extension ColumnSelection: JSONWritable {
    /// Writes what was said as an object that `init(reading:)` reads.
    func write(to json: inout JSONWriter) { json.object { json in writeFields(to: &json) } }

    /// Writes what was said as fields of the object that is being written.
    func writeFields(to json: inout JSONWriter) {
        func write(_ key: String, _ columns: [String: Names]?, to json: inout JSONWriter) {
            guard let columns else { return }
            if let only = columns[""] { return json.field(key, only) }
            json.key(key)
            json.object { json in
                for (name, columns) in columns.sorted(by: { $0.key < $1.key }) { json.field(name, columns) }
            }
        }
        write("inputs", inputs, to: &json)
        write("targets", targets, to: &json)
        if let window {
            json.key("window")
            json.object { json in
                json.field("steps", window.steps)
                json.field("horizon", window.horizons)
                json.field("stride", window.stride)
                json.field("group_by", ifPresent: window.group)
                json.field("order_by", ifPresent: window.order)
            }
        }
        json.field("sample_weight", ifPresent: sampleWeight)
        if let validation {
            json.key("validation")
            validation.write(to: &json)
        }
        if isShifted { json.field("shift", 1) }
    }
}
