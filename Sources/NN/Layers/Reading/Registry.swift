package import JSON

/// Everything of one kind that a definition may name, with what reads its arguments; frozen once made.
package struct Registry<Product>: Sendable {
    /// One thing that can be named.
    package struct Entry: Sendable {
        /// The name that is listed, then the others that mean the same.
        let names: [String]
        /// Makes the thing from its arguments.
        let read: @Sendable (inout ObjectReader) -> Product

        /// Something that these names mean and that is made so.
        package init(names: [String], read: @escaping @Sendable (inout ObjectReader) -> Product) {
            precondition(!names.isEmpty, "an entry without a name")
            self.names = names
            self.read = read
        }
    }

    /// What the names name, for messages, as in `layer`.
    let kind: String
    /// The first name of every entry, in the order of registration.
    let listed: [String]

    /// Every name, each entry's one after the other.
    let names: [String]

    private let entries: [String: Entry]

    /// A registry of these entries; a name that occurs twice traps.
    package init(of kind: String, _ list: [Entry]) {
        self.kind = kind
        listed = list.map { $0.names[0] }
        names = list.flatMap(\.names)
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
        return faults.read(value) { reader in
            let isLongForm = value["class_name"] != nil
            guard let entry = entry(at: isLongForm ? "class_name" : "type", &reader) else { return nil }
            guard isLongForm, let config = reader.optionalValue("config") else {
                return product(of: entry, &reader, shared: read)
            }
            reader.accept("module", "registered_name", "build_config", "compile_config", "name", "inbound_nodes")
            reader.accept("shared_object_id")
            return reader.faults.read(config) { arguments in product(of: entry, &arguments, shared: read) }
        }
    }

    private func product<Shared>(
        of entry: Entry,
        _ arguments: inout ObjectReader,
        shared read: (inout ObjectReader) -> Shared
    ) -> (product: Product, shared: Shared) {
        let shared = read(&arguments)
        return (entry.read(&arguments), shared)
    }

    private func readName<Shared>(
        _ value: JSONValue,
        _ faults: inout Faults,
        shared read: (inout ObjectReader) -> Shared
    ) -> (product: Product, shared: Shared)? {
        let entry = faults.collect { () throws(Fault) -> Entry in
            guard value.kind == .string else { throw value.mismatch("the name of \(kind.withArticle) or an object") }
            return try self.entry(named: value)
        }
        guard let entry else { return nil }
        // A reader of what isn't an object gives every default; that it isn't one is no fault here.
        var standard = ObjectReader(value)
        return product(of: entry, &standard, shared: read)
    }

    private func entry(at key: String, _ reader: inout ObjectReader) -> Entry? {
        guard let name = reader.optionalValue(key) else {
            let names = listed.joined(separator: ", ")
            reader.fault(at: key, "missing; expected the name of \(kind.withArticle), one of \(names)")
            reader.acceptEverything()
            return nil
        }
        let entry = reader.faults.collect { () throws(Fault) -> Entry in try self.entry(named: name) }
        if entry == nil { reader.acceptEverything() }
        return entry
    }

    private func entry(named value: JSONValue) throws(Fault) -> Entry {
        let name = try value.string()
        if let entry = entries[name] { return entry }
        // Where one that isn't listed is meant, it is.
        let nearest = Suggestion.closest(to: name, among: names).flatMap { listed.contains($0) ? nil : $0 }
        let known = (nearest.map { [$0] } ?? []) + listed
        throw Fault(pointer: value.pointer, detail: Suggestion.unknown(kind, name, known: known))
    }
}

extension ObjectReader {
    /// Makes every key known, where it can't be told which ones are.
    fileprivate mutating func acceptEverything() {
        for member in object?.members.map(\.key) ?? [] { accept(member) }
    }
}

extension String {
    /// The word with `a` or `an` before it.
    fileprivate var withArticle: String {
        (first.map { "aeiou".contains($0) } ?? false ? "an " : "a ") + self
    }
}
