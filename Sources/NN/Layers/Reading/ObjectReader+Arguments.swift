public import JSON

/// The arguments that several layers share.
extension ObjectReader {
    /// The greatest extent, window, stride or number of units that a layer may be given.
    static let greatestArgument = 65_536

    /// A positive integer that a layer must be given, such as `units`.
    mutating func count(_ key: String) -> Int { int(key, in: 1...Self.greatestArgument) }

    /// An activation function by name; null means `linear`.
    mutating func activation(_ key: String, default standard: ActivationKind = .linear) -> ActivationKind {
        guard has(key) else { return standard }
        guard let value = optionalValue(key) else { return .linear }
        return faults.collect { () throws(Fault) in try ActivationKind(value) } ?? standard
    }

    /// An initializer, by name or as an object with arguments.
    mutating func initializer(_ key: String, default standard: Initializer) -> Initializer {
        guard let value = optionalValue(key) else { return standard }
        return Initializer(value, &faults) ?? standard
    }

    /// Refuses a `data_format` other than channels last.
    mutating func channelsLast() {
        _ = optionalChoice("data_format", among: ["channels_last"])
    }

    /// Checks the `groups` that Keras 2 writes of convolutions that have none.
    mutating func onlyOneGroup() { only(.number(1), for: "groups") }

    /// Refuses any value of an argument but the one that changes nothing; null is that of every argument.
    mutating func only(_ standard: Standard?, for key: String) {
        guard let value = optionalValue(key), standard?.matches(value) != true else { return }
        let allowed = standard.map(\.description) ?? "null"
        fault(at: key, "only \(allowed) is supported, found \(value.summary)")
    }

    /// The value of an argument that changes nothing.
    enum Standard: CustomStringConvertible {
        /// A truth value.
        case bool(Bool)
        /// A number, or a list of nothing but it.
        case number(Double)

        var description: String {
            switch self {
            case .bool(let flag): "\(flag)"
            case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
            }
        }

        func matches(_ value: JSONValue) -> Bool {
            switch self {
            case .bool(let flag): (try? value.bool()) == flag
            case .number(let number):
                value.kind == .array
                    ? value.elements.allSatisfy { (try? $0.double()) == number }
                    : (try? value.double()) == number
            }
        }
    }
}

extension ActivationKind: JSONWritable {
    /// Writes the name.
    public func write(to json: inout JSONWriter) { json.write(name) }

    /// The activation function that a string names.
    init(_ value: JSONValue) throws(Fault) {
        let name = try value.string()
        guard let kind = ActivationKind.named(name) else {
            let known = ActivationKind.all.map(\.name)
            throw Fault(pointer: value.pointer, detail: Suggestion.unknown("activation", name, known: known))
        }
        self = KerasVersion.isSecond && kind == .hardSigmoid ? .hardSigmoidOfKeras2 : kind
    }
}
