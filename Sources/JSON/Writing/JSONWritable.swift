/// A value that knows how to write itself as JSON.
public protocol JSONWritable {
    /// Writes exactly one JSON value.
    func write(to json: inout JSONWriter)
}

extension Bool: JSONWritable {
    /// Writes `true` or `false`.
    public func write(to json: inout JSONWriter) { json.write(self) }
}

extension String: JSONWritable {
    /// Writes the string in quotes.
    public func write(to json: inout JSONWriter) { json.write(self) }
}

extension Int: JSONWritable {
    /// Writes the integer.
    public func write(to json: inout JSONWriter) { json.write(self) }
}

extension Double: JSONWritable {
    /// Writes the number, or `null` if it is not finite.
    public func write(to json: inout JSONWriter) { json.write(self) }
}

extension Float: JSONWritable {
    /// Writes the number, or `null` if it is not finite.
    public func write(to json: inout JSONWriter) { json.write(self) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    /// Writes the value, or `null` if there is none.
    public func write(to json: inout JSONWriter) {
        if let self { json.write(self) } else { json.null() }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    /// Writes the elements as an array.
    public func write(to json: inout JSONWriter) {
        json.array { json in
            for element in self { json.write(element) }
        }
    }
}

extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    /// Writes an object with its keys sorted, so that the same value is always the same text.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            for (key, value) in self.sorted(by: { $0.key < $1.key }) { json.field(key, value) }
        }
    }
}

extension JSONValue: JSONWritable {
    /// Writes the value without its spaces, its numbers digit for digit.
    public func write(to json: inout JSONWriter) { json.write(self) }
}
