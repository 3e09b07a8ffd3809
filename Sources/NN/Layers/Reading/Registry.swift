import JSON

/// Everything of one kind that a definition may name, with what reads its arguments; frozen once made.
struct Registry<Product>: Sendable {
    /// One thing that can be named.
    struct Entry: Sendable {
        /// The name that is listed, then the others that mean the same.
        let names: [String]
        /// Makes the thing from its arguments.
        let read: @Sendable (inout ObjectReader) -> Product
    }

    /// What the names name, for messages, as in `layer`.
    let kind: String
    /// The first name of every entry, in the order of registration.
    let listed: [String]

    private let entries: [String: Entry]

    /// A registry of these entries; a name that occurs twice traps.
    init(of kind: String, _ list: [Entry]) {
        self.kind = kind
        listed = list.map { $0.names[0] }
        entries = Dictionary(list.flatMap { entry in entry.names.map { ($0, entry) } }) { first, _ in
            preconditionFailure("the \(kind) \(first.names[0]) is registered twice")
        }
    }

    /// The thing that `value` names: `"Name"`, `{"type": "Name", …}` or Keras's `{"class_name", "config": {…}}`.
    ///
    /// - Parameters:
    ///   - value: The JSON value.
    ///   - faults: Where everything that is wrong is added; the result is meaningless if anything was.
    ///   - read: Reads, before the thing's own, the arguments that things of this kind share.
    /// - Returns: The thing and what it shares with its kind, nil where the name isn't known.
    func read<Shared>(
        _ value: JSONValue,
        _ faults: inout Faults,
        shared read: (inout ObjectReader) -> Shared
    ) -> (product: Product, shared: Shared)? {
        guard value.kind == .object else { return readName(value, &faults, shared: read) }
        guard value["class_name"] != nil else {
            return faults.read(value) { reader in
                guard let entry = entry(named: "type", &reader) else { return nil }
                let shared = read(&reader)
                return (entry.read(&reader), shared)
            }
        }
        return faults.read(value) { reader in
            reader.accept("module", "registered_name", "build_config", "compile_config", "name", "inbound_nodes")
            let entry = entry(named: "class_name", &reader)
            let config = reader.optionalValue("config")
            guard let entry else { return nil }
            guard let config else {
                var empty = ObjectReader(value["class_name"] ?? value)
                let shared = read(&empty)
                return (entry.read(&empty), shared)
            }
            return reader.faults.read(config) { arguments in
                let shared = read(&arguments)
                return (entry.read(&arguments), shared)
            }
        }
    }

    private func readName<Shared>(
        _ value: JSONValue,
        _ faults: inout Faults,
        shared read: (inout ObjectReader) -> Shared
    ) -> (product: Product, shared: Shared)? {
        faults.collect { () throws(Fault) in
            guard value.kind == .string else { throw value.mismatch("the name of a \(kind) or an object") }
            let entry = try entry(named: value)
            // A reader of what isn't an object gives every default and misses nothing.
            var standard = ObjectReader(value)
            let shared = read(&standard)
            return (entry.read(&standard), shared)
        }
    }

    private func entry(named key: String, _ reader: inout ObjectReader) -> Entry? {
        guard let name = reader.value(key) else { return nil }
        let entry = reader.faults.collect { () throws(Fault) in try entry(named: name) }
        if entry == nil { reader.acceptEverything() }
        return entry
    }

    private func entry(named value: JSONValue) throws(Fault) -> Entry {
        let name = try value.string()
        if let entry = entries[name] { return entry }
        throw Fault(pointer: value.pointer, detail: Suggestion.unknown(kind, name, known: listed))
    }
}

extension ObjectReader {
    /// Makes every key known, where it can't be told which ones are.
    fileprivate mutating func acceptEverything() {
        for member in object?.members.map(\.key) ?? [] { accept(member) }
    }
}
