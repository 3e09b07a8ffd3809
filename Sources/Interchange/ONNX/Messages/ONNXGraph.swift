/// What a `GraphProto` says, as far as it matters here.
struct ONNXGraph {
    /// The operators, each behind those whose results it takes.
    var nodes: [ONNXNode] = []
    /// The weights and other constants.
    var initializers: [ONNXTensor] = []
    /// What it takes.
    var inputs: [ONNXValueInfo] = []
    /// What it gives.
    var outputs: [ONNXValueInfo] = []

    /// The most nodes, and the most constants, of a graph that is read.
    static let greatestCount = 100_000

    /// A graph without anything.
    init() {}

    /// Reads a graph.
    init(_ message: WireMessage) throws(InterchangeError) {
        var message = message
        while let (field, value) = try message.next() {
            switch field {
            case 1:
                nodes.append(try ONNXNode(message.message(value)))
                nodes[nodes.count - 1].place = nodes.count - 1
            case 5: initializers.append(try ONNXTensor(message.message(value)))
            case 11: inputs.append(try ONNXValueInfo(message.message(value)))
            case 12: outputs.append(try ONNXValueInfo(message.message(value)))
            case 15:
                throw InterchangeError(
                    at: "/graph/sparse_initializer",
                    "sparse constants aren't read; write them as dense ones"
                )
            default: break
            }
            guard nodes.count <= Self.greatestCount, initializers.count <= Self.greatestCount else {
                throw InterchangeError(at: "/graph", "more than \(Self.greatestCount) nodes or constants")
            }
        }
    }
}

/// What a `ValueInfoProto` says of an input or output.
struct ONNXValueInfo {
    /// The extent of an axis.
    enum Extent: Equatable {
        /// Known.
        case fixed(Int)
        /// By a name, or not told.
        case free(String)

        /// The extent, where it is known.
        var fixed: Int? {
            guard case .fixed(let extent) = self else { return nil }
            return extent
        }
    }

    /// Its name.
    var name = ""
    /// The number of the type of its elements; 0 where it is no tensor.
    var type = 0
    /// Its extents; nil where they aren't told.
    var shape: [Extent]?

    /// Reads the description of a value.
    init(_ message: WireMessage) throws(InterchangeError) {
        var message = message
        while let (field, value) = try message.next() {
            switch field {
            case 1: name = try message.text(value)
            case 2: try readType(message.message(value))
            default: break
            }
        }
    }

    private mutating func readType(_ message: WireMessage) throws(InterchangeError) {
        var message = message
        while let (field, value) = try message.next() {
            guard field == 1 else { continue }
            var tensor = try message.message(value)
            while let (field, value) = try tensor.next() {
                switch field {
                case 1: type = try tensor.int(value)
                case 2: shape = try Self.shape(tensor.message(value))
                default: break
                }
            }
        }
    }

    private static func shape(_ message: WireMessage) throws(InterchangeError) -> [Extent] {
        var (message, extents) = (message, [Extent]())
        while let (field, value) = try message.next() {
            guard field == 1 else { continue }
            var (dimension, extent) = (try message.message(value), Extent.free(""))
            while let (field, value) = try dimension.next() {
                switch field {
                case 1: extent = .fixed(try dimension.int(value))
                case 2: extent = .free(try dimension.text(value))
                default: break
                }
            }
            extents.append(extent)
        }
        return extents
    }
}
