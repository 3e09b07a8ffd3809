import JSON

extension JSONWritable {
    /// The value as the bytes of a JSON text.
    var written: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }

    /// The value as a JSON text.
    var writtenText: String { String(decoding: written, as: UTF8.self) }
}
