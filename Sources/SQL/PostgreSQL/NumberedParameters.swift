/// A statement whose parameters are spelled as PostgreSQL does, `$1`, `$2`, and what they stand for.
struct NumberedParameters: Sendable {
    /// The statement.
    let sql: String
    /// The name of each parameter in the order of their numbers, without its colon; nil for those without one.
    let names: [String?]

    /// Translates `?` and `:name`; a name that comes again keeps its number.
    ///
    /// What stands in quotes or comments stays as it is, and so does `::`, which casts.
    init(_ text: String) {
        var scanner = Scanner(text)
        scanner.run()
        sql = String(decoding: scanner.found, as: UTF8.self)
        names = scanner.names
    }

    private struct Scanner {
        private var rest: Substring.UTF8View
        private(set) var found: [UInt8] = []
        private(set) var names: [String?] = []

        init(_ text: String) { rest = Substring(text).utf8 }

        mutating func run() {
            while let byte = rest.first {
                switch byte {
                case UInt8(ascii: "'"): copy(1, through: "'")
                case UInt8(ascii: "\""): copy(1, through: "\"")
                case UInt8(ascii: "-") where rest.starts(with: "--".utf8): copy(2, through: "\n")
                case UInt8(ascii: "/") where rest.starts(with: "/*".utf8): copy(2, through: "*/")
                case UInt8(ascii: ":") where rest.starts(with: "::".utf8): copy(2)
                case UInt8(ascii: "?"):
                    rest = rest.dropFirst()
                    append(nil)
                case UInt8(ascii: ":"): takeName()
                default: copy(1)
                }
            }
        }

        private mutating func takeName() {
            let name = String(decoding: rest.dropFirst().prefix(while: Self.isOfName), as: UTF8.self)
            guard !name.isEmpty else { return copy(1) }
            rest = rest.dropFirst(1 + name.utf8.count)
            append(name)
        }

        private mutating func append(_ name: String?) {
            var place = name == nil ? nil : names.firstIndex(of: name)
            if place == nil {
                place = names.count
                names.append(name)
            }
            found += "$\((place ?? 0) + 1)".utf8
        }

        private mutating func copy(_ count: Int) {
            found += rest.prefix(count)
            rest = rest.dropFirst(count)
        }

        private mutating func copy(_ count: Int, through end: String) {
            copy(count)
            while !rest.isEmpty, !rest.starts(with: end.utf8) { copy(1) }
            copy(end.utf8.count)
        }

        private static func isOfName(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte)
                || (97...122).contains(byte)
        }
    }

    /// The values in the order of the numbers.
    func values(of arguments: Arguments) throws(SQLError) -> [Value] {
        var values: [Value] = []
        var unnamed = arguments.values.makeIterator()
        for name in names {
            if let name {
                guard let argument = arguments.named.first(where: { $0.name == name }) else {
                    throw SQLError(.unexpected, "no value is given for :\(name): \(sql)")
                }
                values.append(argument.value)
            } else {
                guard let value = unnamed.next() else { throw misfit(arguments) }
                values.append(value)
            }
        }
        guard unnamed.next() == nil else { throw misfit(arguments) }
        return values
    }

    private func misfit(_ arguments: Arguments) -> SQLError {
        let count = names.count { $0 == nil }
        return SQLError(.unexpected, "\(count) values are to be bound, \(arguments.values.count) are given: \(sql)")
    }
}
