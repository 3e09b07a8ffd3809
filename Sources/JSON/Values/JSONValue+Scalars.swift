extension JSONValue {
    /// The string, without its escapes.
    ///
    /// - Throws: `Fault` if this is not a string.
    public func string() throws(Fault) -> String {
        guard kind == .string else { throw mismatch("a string") }
        return string(at: index)
    }

    /// The truth value.
    ///
    /// - Throws: `Fault` if this is neither `true` nor `false`.
    public func bool() throws(Fault) -> Bool {
        guard kind == .bool else { throw mismatch("true or false") }
        return firstByte == UInt8(ascii: "t")
    }

    /// The elements of an array.
    ///
    /// - Throws: `Fault` if this is not an array.
    public func array() throws(Fault) -> JSONElements {
        guard kind == .array else { throw mismatch("an array") }
        return elements
    }

    /// A fault of this value: `expected …, found …`, at its pointer.
    ///
    /// - Parameter expectation: What is allowed here, with its article, such as `an integer from 1 to 10`.
    /// - Returns: The fault, to be thrown or collected.
    public func mismatch(_ expectation: String) -> Fault {
        Fault(pointer: pointer, detail: "expected \(expectation), found \(summary)")
    }

    /// The value in a few words, for messages: `"ten"`, `3.5`, `null`, `an array of 3`, `an object`.
    public var summary: String {
        switch kind {
        case .null, .bool: source
        case .number: source.utf8.count <= 40 ? source : source.prefix(37) + "..."
        case .string: quoted(string(at: index))
        case .array: count == 0 ? "an empty array" : "an array of \(count)"
        case .object: "an object"
        }
    }
}

/// `text` in double quotes on one line, cut after 60 characters, with control characters escaped.
package func quoted(_ text: String) -> String { "\"\(shortened(text))\"" }

/// `text` on one line, cut after 60 characters, with control characters escaped.
package func shortened(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(60) {
        if scalar.value < 0x20 || scalar.value == 0x7F {
            line += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            line.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.dropFirst(60).isEmpty ? line : line + "…"
}
