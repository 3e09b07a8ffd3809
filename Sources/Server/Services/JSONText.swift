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
