public import JSON

extension RawInput {
    /// The value that a client sent as JSON.
    ///
    /// - A string input takes a string, or one in base64 as `{"b64": "…"}`; a number or a truth value is taken as it is
    ///   written, and null as the missing word.
    /// - A number input takes a number, null for a missing one, or an array of its shape; a single one takes a date as well,
    ///   which is days since 1970 as in a training.
    /// - A picture or a recording is `{"b64": "…"}`, the file in base64, or an array of its numbers.
    ///
    /// - Throws: `Fault` with the place of what can't be taken.
    public func value(of json: JSONValue) throws(Fault) -> FrontValue {
        switch kind {
        case .image, .audio:
            guard let encoded = json["b64"] else { return try array(json, "{\"b64\": \"…\"} or an array of numbers") }
            let bytes = try Base64File.bytes(encoded)
            do throws(FrontError) {
                return try value(ofFile: bytes)
            } catch {
                throw Fault(pointer: json.pointer, detail: error.description)
            }
        case .string: return try strings(json)
        case .float32, .int32:
            if json.kind != .array, shape.isEmpty || shape == [1] { return try number(json) }
            return try array(json, "an array of \(type.shapeText) numbers")
        }
    }

    /// The value of a missing input: an empty word, or what is no number.
    public var missing: FrontValue? {
        switch kind {
        case .string where shape.isEmpty || shape == [1]: FrontValue(.strings([""]), shape.compactMap { $0 })
        case .float32 where shape.isEmpty || shape == [1], .int32 where shape.isEmpty || shape == [1]:
            FrontValue(.floats([.nan]), shape.compactMap { $0 })
        default: nil
        }
    }

    private func number(_ json: JSONValue) throws(Fault) -> FrontValue {
        let extents = shape.compactMap { $0 }
        switch json.kind {
        case .null: return FrontValue(.floats([.nan]), extents)
        case .number where kind == .int32: return FrontValue(.integers([try json.int()]), extents)
        case .number: return FrontValue(.floats([Float(try json.double())]), extents)
        case .string where kind == .float32:
            guard let days = CalendarDays.number(of: try json.string()) else {
                throw json.mismatch("a number, a date as 2024-05-31, or null for a missing one")
            }
            return FrontValue(.floats([days]), extents)
        default:
            if let truth = try? json.bool() {
                return kind == .int32
                    ? FrontValue(.integers([truth ? 1 : 0]), extents) : FrontValue(.floats([truth ? 1 : 0]), extents)
            }
            throw json.mismatch("a number, or null for a missing one")
        }
    }

    private func strings(_ json: JSONValue) throws(Fault) -> FrontValue {
        func word(_ json: JSONValue) throws(Fault) -> String {
            switch json.kind {
            case .string: return try json.string()
            case .null: return ""
            case .object where json.count == 1 && json["b64"] != nil:
                guard let encoded = json["b64"] else { return "" }
                guard let text = String(validating: try Base64File.bytes(encoded), as: UTF8.self) else {
                    throw Fault(pointer: json.pointer, detail: "expected a text in UTF-8, and these bytes are none")
                }
                return text
            case .array, .object: throw json.mismatch("a string")
            default: return json.source
            }
        }
        guard json.kind == .array else {
            guard shape.isEmpty || shape == [1] else { throw json.mismatch("an array of \(type.shapeText) strings") }
            return FrontValue(.strings([try word(json)]), shape.compactMap { $0 })
        }
        var words: [String] = []
        for element in json.elements { words.append(try word(element)) }
        guard shape.count == 1, shape[0].map({ $0 == words.count }) ?? true else {
            let expected = shape.isEmpty ? "a string" : "an array of \(type.shapeText) strings"
            throw json.mismatch(expected)
        }
        return FrontValue(.strings(words), [words.count])
    }

    /// The numbers of nested arrays, whose extents are the input's, or where these are null, their own.
    private func array(_ json: JSONValue, _ expectation: String) throws(Fault) -> FrontValue {
        var numbers: [Float] = []
        var extents = [Int?](repeating: nil, count: shape.count)
        func read(_ json: JSONValue, _ axis: Int) throws(Fault) {
            guard axis < shape.count else {
                if json.isNull {
                    numbers.append(.nan)
                } else {
                    numbers.append(Float(try json.double()))
                }
                return
            }
            guard json.kind == .array else { throw json.mismatch(axis == 0 ? expectation : "an array") }
            let count = json.count
            guard extents[axis] ?? count == count, shape[axis] ?? count == count else {
                throw json.mismatch("an array of \(extents[axis] ?? shape[axis] ?? count)")
            }
            extents[axis] = count
            for element in json.elements { try read(element, axis + 1) }
        }
        try read(json, 0)
        let found = extents.map { $0 ?? 0 }
        guard kind == .int32, numbers.allSatisfy({ Int(exactly: $0) != nil }) else {
            return FrontValue(.floats(numbers), found)
        }
        return FrontValue(.integers(numbers.map { Int($0) }), found)
    }
}

extension FrontType {
    /// The extents as in `[28, 28]`.
    fileprivate var shapeText: String { "[\(shape.map { $0.map(String.init) ?? "null" }.joined(separator: ", "))]" }
}
