import JSON

/// The `parameters` of a request or of an output: texts, numbers and truth values by name.
struct InferenceParameters {
    private let value: JSONValue?

    /// - Throws: `FaultyInput` for values of another kind, and for names that Triton keeps for itself.
    init(_ value: JSONValue?) throws(FaultyInput) {
        self.value = value
        guard let value else { return }
        guard value.kind == .object else { throw FaultyInput(value.mismatch("an object")) }
        var faults = Faults()
        for member in value.members {
            if member.key.hasPrefix("triton_") {
                faults.add(member.value.pointer, "names that begin with \"triton_\" are reserved")
            } else if member.value.kind == .array || member.value.kind == .object || member.value.isNull {
                faults.add(member.value.mismatch("a string, a number or a truth value"))
            }
        }
        try faults.check()
    }

    /// A truth value; nil where there is none.
    func flag(_ key: String) throws(FaultyInput) -> Bool? {
        guard let value = value?[key] else { return nil }
        return try telling { () throws(Fault) in try value.bool() }
    }

    /// A number; nil where there is none.
    func count(_ key: String, in range: ClosedRange<Int>) throws(FaultyInput) -> Int? {
        guard let value = value?[key] else { return nil }
        return try telling { () throws(Fault) in try value.int(in: range) }
    }

    /// Which requests go before others, the smallest number first: 1 before 2, and 0, which is the default, last.
    var priority: Int {
        get throws(FaultyInput) {
            let given = try count("priority", in: 0...JSONValue.exactIntegers.upperBound) ?? 0
            return given == 0 ? .max : given
        }
    }

    /// After how long the answer isn't wanted any more, given in microseconds; nil for never.
    var timeout: Duration? {
        get throws(FaultyInput) {
            let given = try count("timeout", in: 0...JSONValue.exactIntegers.upperBound) ?? 0
            return given == 0 ? nil : .microseconds(given)
        }
    }

    /// Refuses a request that is part of a sequence.
    func refuseSequences() throws(FaultyInput) {
        guard let id = value?["sequence_id"], id.source != "0", id.source != "\"\"" else { return }
        throw FaultyInput(id, "there are no sequences in this protocol here; POST /predict has sessions")
    }

    private func telling<Value>(_ body: () throws(Fault) -> Value) throws(FaultyInput) -> Value {
        do throws(Fault) { return try body() } catch { throw FaultyInput(error) }
    }
}
