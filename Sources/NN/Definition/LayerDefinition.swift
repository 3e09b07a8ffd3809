public import JSON

/// One layer of a definition: its arguments, its name and where its inputs come from.
public struct LayerDefinition: Sendable {
    /// The name, unique in the model; Keras's automatic one where none was given.
    public let name: String
    /// The layers whose results it takes, by name; nil for the layer before it.
    public let inputs: [String]?
    /// Whether training changes its weights.
    public let trainable: Bool

    /// The layer itself.
    let layer: any Layer

    /// Keras's class name, as in `Conv2D`.
    public var type: String { Swift.type(of: layer).type }
}

extension LayerDefinition: Equatable {
    /// Whether both are the same layer with the same arguments, name and inputs.
    public static func == (left: LayerDefinition, right: LayerDefinition) -> Bool {
        (left.name, left.trainable) == (right.name, right.trainable)
            && left.inputs == right.inputs && left.layer.isEqual(to: right.layer)
    }
}

extension LayerDefinition: JSONWritable {
    /// Writes the short form, `{"type", "name", …}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type)
            json.field("name", name)
            json.field("inputs", ifPresent: inputs)
            if !trainable { json.field("trainable", false) }
            layer.write(to: &json)
        }
    }
}

extension LayerDefinition {
    /// A layer whose arguments have been read and whose name may still have to be found.
    struct Draft {
        private let layer: any Layer
        private let shared: SharedArguments
        private let pointer: String
        private var name: String?

        /// Reads a layer in its short or long form; nil, and a fault, where its type isn't known.
        init?(_ value: JSONValue, _ faults: inout Faults) {
            guard value.kind == .object else {
                faults.add(value.mismatch("a layer, as in {\"type\": \"Dense\", \"units\": 10}"))
                return nil
            }
            guard let found = Registry.layers.read(value, &faults, shared: { SharedArguments(reading: &$0) }) else {
                return nil
            }
            layer = found.product
            shared = found.shared
            pointer = value.pointer
            name = shared.name
        }

        /// The finished definition, once the name is known.
        var definition: LayerDefinition? {
            name.map {
                LayerDefinition(name: $0, inputs: shared.inputs, trainable: shared.trainable, layer: layer)
            }
        }

        /// Names the layers that have none after their class, as Keras does: `conv2d`, `conv2d_1`; a taken name is left out.
        static func nameAll(_ drafts: inout [Draft?]) {
            var taken = Set(drafts.compactMap { $0?.name })
            for index in drafts.indices where drafts[index] != nil && drafts[index]?.name == nil {
                let base = drafts[index].map { AutomaticName.of(className: Swift.type(of: $0.layer).type) } ?? ""
                let name = AutomaticName.free(base, taken: taken)
                taken.insert(name)
                drafts[index]?.name = name
            }
        }

        /// Finds names that occur twice and inputs that name no layer before theirs.
        static func checkNames(_ drafts: [Draft?], _ faults: inout Faults) {
            let all = drafts.compactMap { $0 }
            // Where a layer couldn't be read, an input may mean its name.
            let allAreKnown = all.count == drafts.count
            var places: [String: String] = [:]
            for draft in all {
                for (index, input) in (draft.shared.inputs ?? []).enumerated()
                where allAreKnown && places[input] == nil {
                    let detail = unknownInput(input, among: all, before: draft)
                    faults.add("\(draft.pointer)/inputs/\(index)", detail)
                }
                guard let name = draft.name else { continue }
                if let other = places[name] {
                    faults.add("\(draft.pointer)/name", "the name \"\(name)\" is taken by \(other); names are unique")
                } else {
                    places[name] = draft.pointer
                }
            }
        }

        private static func unknownInput(_ input: String, among drafts: [Draft], before draft: Draft) -> String {
            if let later = drafts.first(where: { $0.name == input }) {
                return "\"\(input)\" is \(later.pointer); a layer takes layers that are listed before it"
            }
            let earlier = drafts.prefix { $0.pointer != draft.pointer }.compactMap(\.name)
            return Suggestion.unknown("layer", input, known: earlier)
        }
    }
}

/// The arguments that every layer takes.
struct SharedArguments {
    /// The layer's own name.
    let name: String?
    /// The layers whose results it takes.
    let inputs: [String]?
    /// Whether training changes its weights.
    let trainable: Bool

    init(reading arguments: inout ObjectReader) {
        name = arguments.optionalValue("name") == nil ? nil : arguments.name("name")
        inputs = arguments.has("inputs") ? arguments.strings("inputs", default: []) : nil
        if inputs?.isEmpty == true {
            arguments.fault(at: "inputs", "expected the names of one layer or more, found none")
        }
        trainable = arguments.bool("trainable", default: true)
        arguments.onlyFloat32()
    }
}

extension ObjectReader {
    /// Refuses a `dtype` other than `float32`, as a name or as Keras's `DTypePolicy`.
    fileprivate mutating func onlyFloat32() {
        guard let value = optionalValue("dtype") else { return }
        let name = value["config"]?["name"] ?? value
        guard (try? name.string()) != "float32" else { return }
        fault(at: "dtype", "only \"float32\" is supported, found \(name.summary)")
    }
}
