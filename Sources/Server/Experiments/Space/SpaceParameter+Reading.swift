import JSON

extension SpaceParameter {
    /// Reads one member of the space.
    ///
    /// - Parameters:
    ///   - path: Its key.
    ///   - value: `{"choice": […]}`, `{"uniform": [a, b]}`, `{"log_uniform": [a, b]}` or `{"int": [a, b]}`.
    ///   - faults: Where what is wrong with it is added.
    init?(_ path: String, _ value: JSONValue, _ faults: inout Faults) {
        guard let tokens = Self.tokens(of: path) else {
            let detail =
                "expected a JSON pointer into the base, as \"/training/optimizer/learning_rate\" or \"/model/layers/2/units\""
            faults.add(Self.pointer(of: path), detail)
            return nil
        }
        if let detail = Self.refusal(of: tokens) { faults.add(Self.pointer(of: path), detail) }
        guard let rule = faults.collect({ () throws(Fault) in try Rule(value) }) else { return nil }
        (self.path, self.tokens, self.rule) = (path, tokens, rule)
    }

    /// The levels of a pointer (RFC 6901); nil for what is none.
    private static func tokens(of path: String) -> [String]? {
        guard path.hasPrefix("/") else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        return parts.map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
    }

    /// Why a place may not differ from trial to trial; nil where it may.
    private static func refusal(of tokens: [String]) -> String? {
        switch tokens[0] {
        case "model": return nil
        case "dataset": return "the dataset is the same for all trials, so that their scores can be compared"
        case "training":
            guard tokens.count > 1 else { return "expected the path of an option, as \"/training/batch_size\"" }
            return ["model", "dataset", "data"].contains(tokens[1])
                ? "\"\(tokens[1])\" is no option of a training" : nil
        default: return Suggestion.unknown("member of the base", tokens[0], known: ["model", "training"])
        }
    }
}

extension SpaceParameter.Rule {
    private static let names = ["choice", "uniform", "log_uniform", "int"]

    fileprivate init(_ value: JSONValue) throws(Fault) {
        let expected = "{\"choice\": […]}, or {\"uniform\", \"log_uniform\" or \"int\": [least, greatest]}"
        guard value.kind == .object, value.count == 1, let member = value.members.first(where: { _ in true }) else {
            throw value.mismatch(expected)
        }
        let range = member.value
        switch member.key {
        case "choice":
            let count = 1...SpaceParameter.greatestChoice
            guard range.kind == .array, count.contains(range.count) else {
                throw range.mismatch("an array of \(count.lowerBound) to \(count.upperBound) values")
            }
            self = .choice(range.elements.map(\.source))
        case "uniform": self = .uniform(try range.range { value throws(Fault) in try value.double() })
        case "log_uniform":
            let interval = Interval.above(0)
            self = .logUniform(try range.range { value throws(Fault) in try value.double(in: interval) })
        case "int":
            let integers = try range.range { value throws(Fault) in try value.int(in: JSONValue.exactIntegers) }
            self = .int(integers)
        default:
            let detail = Suggestion.unknown("rule", member.key, known: Self.names)
            throw Fault(pointer: value.pointer + JSONPointer.token(member.key), detail: detail)
        }
    }
}

extension JSONValue {
    /// The range of `[least, greatest]`.
    fileprivate func range<Bound: Comparable>(
        _ read: (JSONValue) throws(Fault) -> Bound
    ) throws(Fault) -> ClosedRange<Bound> {
        guard kind == .array, let least = self[0], let greatest = self[1], count == 2 else {
            throw mismatch("[least, greatest]")
        }
        let (low, high) = (try read(least), try read(greatest))
        guard low <= high else {
            throw Fault(
                pointer: pointer,
                detail: "expected the least first, found \(least.source) and \(greatest.source)"
            )
        }
        return low...high
    }
}
