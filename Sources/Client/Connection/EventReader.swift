internal import JSON

/// One server-sent event.
struct ServerEvent {
    /// What it is called; `message` where it has no name.
    var name = "message"
    /// Its id, if it has one.
    var id: String?
    /// Its data, lines joined by line feeds.
    var data = ""

    /// The data as JSON; nil where it is none.
    var json: JSONValue? { try? JSONDocument(parsing: Array(data.utf8)).root }
}

/// Puts server-sent events together from the bytes of a stream (HTML, section 9.2.6).
struct EventReader {
    private var line: [UInt8] = []
    private var event = ServerEvent()
    private var hasData = false

    /// Takes more bytes; hands on each event that is whole, until `use` has enough.
    mutating func take(
        _ bytes: ArraySlice<UInt8>,
        _ use: (ServerEvent) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        for byte in bytes {
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            if line.last == 0x0D { line.removeLast() }
            if line.isEmpty {
                defer {
                    event = ServerEvent()
                    hasData = false
                }
                if hasData, try !use(event) { return false }
            } else {
                readLine()
            }
            line.removeAll(keepingCapacity: true)
        }
        return true
    }

    private mutating func readLine() {
        let text = String(decoding: line, as: UTF8.self)
        let name = text.prefix { $0 != ":" }
        var value = text.dropFirst(name.count + 1)
        if value.hasPrefix(" ") { value = value.dropFirst() }
        switch name {
        case "event": event.name = String(value)
        case "id": event.id = String(value)
        case "data":
            event.data += hasData ? "\n" + value : String(value)
            hasData = true
        default: break
        }
    }
}
