import JSON

extension JSONWritable {
    /// The value as JSON text.
    var jsonText: String {
        var json = JSONWriter()
        json.write(self)
        return json.text
    }

    /// The value as bytes of JSON.
    var jsonBytes: [UInt8] {
        var json = JSONWriter()
        json.write(self)
        return json.bytes
    }
}

/// JSON text of the store, which is written as it is.
struct StoredJSON: JSONWritable {
    let text: String

    func write(to json: inout JSONWriter) { json.raw(Array(text.utf8)) }
}

/// A list as an object with one member, so that others can come beside it.
struct JSONList<Element: JSONWritable>: JSONWritable {
    private let name: String
    private let elements: [Element]

    /// A list under the name of its member.
    init(_ name: String, _ elements: [Element]) {
        self.name = name
        self.elements = elements
    }

    func write(to json: inout JSONWriter) { json.object { json in json.field(name, elements) } }
}
