/// What a `NodeProto` says.
struct ONNXNode {
    /// The names of the values that it takes; empty where one is left out.
    var inputs: [String] = []
    /// The names of the values that it gives; empty where one is not wanted.
    var outputs: [String] = []
    /// Its name, which may be empty or another's too.
    var name = ""
    /// The operator.
    var type = ""
    /// The set that the operator is of; empty for ONNX's own.
    var domain = ""
    /// Its arguments.
    var attributes: [String: ONNXAttribute] = [:]
    /// Its place in the file.
    var place = 0
    /// The operator of the node of the file that it is a part of; nil where it is one itself.
    private var whole: String?

    /// A part of a node of the file.
    init(
        _ type: String,
        _ inputs: [String],
        _ outputs: [String],
        _ attributes: [String: ONNXAttribute],
        in whole: ONNXNode
    ) {
        (self.type, self.inputs, self.outputs, self.attributes) = (type, inputs, outputs, attributes)
        (name, place, self.whole) = (whole.name, whole.place, whole.type)
    }

    /// Reads a node.
    init(_ message: WireMessage) throws(InterchangeError) {
        var message = message
        while let (field, value) = try message.next() {
            switch field {
            case 1: inputs.append(try message.text(value))
            case 2: outputs.append(try message.text(value))
            case 3: name = try message.text(value)
            case 4: type = try message.text(value)
            case 5:
                let (name, attribute) = try ONNXAttribute.read(message.message(value))
                attributes[name] = attribute
            case 7: domain = try message.text(value)
            default: break
            }
        }
        if domain == "ai.onnx" { domain = "" }
    }

    /// The node in words: `"/c1/Conv" (Conv)`.
    var title: String {
        let type = whole ?? type
        return name.isEmpty ? "a \(type)" : "\"\(name)\" (\(type))"
    }

    /// An integer argument.
    func int(_ key: String, default standard: Int) -> Int { attributes[key]?.int ?? standard }

    /// A number argument.
    func float(_ key: String, default standard: Float) -> Float { attributes[key]?.float ?? standard }

    /// A text argument.
    func text(_ key: String, default standard: String) -> String { attributes[key]?.text ?? standard }

    /// A list of integers; nil where it is left out.
    func ints(_ key: String) -> [Int]? { attributes[key].map(\.ints) }

    /// The name of an input; nil where it is left out.
    func input(_ place: Int) -> String? {
        inputs.indices.contains(place) && !inputs[place].isEmpty ? inputs[place] : nil
    }

    /// The name of an output; nil where it isn't wanted.
    func output(_ place: Int) -> String? {
        outputs.indices.contains(place) && !outputs[place].isEmpty ? outputs[place] : nil
    }
}

/// What an `AttributeProto` says; a graph within it is read where it is needed.
struct ONNXAttribute {
    /// A number.
    private(set) var float: Float?
    /// An integer.
    private(set) var int: Int?
    /// A text.
    private(set) var text: String?
    /// A constant.
    private(set) var tensor: ONNXTensor?
    /// A graph, as it lies in the file.
    private(set) var graph: WireMessage?
    /// A list of numbers.
    private(set) var floats: [Float] = []
    /// A list of integers.
    private(set) var ints: [Int] = []
    /// A list of texts.
    private(set) var texts: [String] = []

    private init() {}

    /// An integer.
    init(_ int: Int) { self.int = int }

    /// A number.
    init(_ float: Float) { self.float = float }

    /// A list of integers.
    init(_ ints: [Int]) { self.ints = ints }

    /// Reads an attribute and its name.
    static func read(_ message: WireMessage) throws(InterchangeError) -> (String, ONNXAttribute) {
        var (message, name, attribute) = (message, "", ONNXAttribute())
        while let (field, value) = try message.next() {
            switch field {
            case 1: name = try message.text(value)
            case 2: attribute.float = try message.float(value)
            case 3: attribute.int = try message.int(value)
            case 4: attribute.text = String(decoding: message.bytes[try message.range(value)], as: UTF8.self)
            case 5: attribute.tensor = try ONNXTensor(message.message(value))
            case 6: attribute.graph = try message.message(value)
            case 7: try message.append(value, to: &attribute.floats)
            case 8: try message.append(value, to: &attribute.ints)
            case 9: attribute.texts.append(String(decoding: message.bytes[try message.range(value)], as: UTF8.self))
            default: break
            }
        }
        return (name, attribute)
    }
}
