/// The elements of a JSON array, one after the other; walking them converts nothing.
public struct JSONElements: Sequence, Sendable {
    private let document: JSONDocument
    private let start: Int
    private let end: Int

    /// How many there are.
    public let count: Int

    init(of value: JSONValue) {
        document = value.document
        let isArray = value.kind == .array
        start = value.index + 3
        end = isArray ? value.end : start
        count = isArray ? value.count : 0
    }

    /// As many as there are.
    public var underestimatedCount: Int { count }

    /// Starts at the first element.
    public func makeIterator() -> Iterator { Iterator(document: document, place: start, end: end) }

    /// Steps from element to element.
    public struct Iterator: IteratorProtocol, Sendable {
        fileprivate let document: JSONDocument
        fileprivate var place: Int
        fileprivate let end: Int

        /// The next element, or nil after the last.
        public mutating func next() -> JSONValue? {
            guard place < end else { return nil }
            let value = JSONValue(document: document, index: place)
            place = value.end
            return value
        }
    }
}

/// The members of a JSON object, in the order of the text.
public struct JSONMembers: Sequence, Sendable {
    private let object: JSONValue

    init(of value: JSONValue) { object = value }

    /// Starts at the first member.
    public func makeIterator() -> Iterator {
        let start = object.index + 3
        return Iterator(object: object, place: start, end: object.kind == .object ? object.end : start)
    }

    /// Steps from member to member.
    public struct Iterator: IteratorProtocol, Sendable {
        fileprivate let object: JSONValue
        fileprivate var place: Int
        fileprivate let end: Int

        /// The next key, decoded, and its value; nil after the last.
        public mutating func next() -> (key: String, value: JSONValue)? {
            guard place < end else { return nil }
            let value = JSONValue(document: object.document, index: place + 2)
            let key = object.string(at: place)
            place = value.end
            return (key, value)
        }
    }
}
