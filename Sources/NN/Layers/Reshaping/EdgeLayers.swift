import JSON

/// What a layer adds or takes away before and after each axis of a sample but the last, that of the channels.
struct Edges: Sendable, Equatable, JSONWritable {
    /// Before and after each axis.
    let sides: [[Int]]

    /// Reads Keras's forms: one integer, one for each axis, or for each axis two, before and after.
    ///
    /// Of one axis, a list of two is before and after.
    init(reading arguments: inout ObjectReader, _ key: String, axes: Int, default standard: Int) {
        let allowed = 0...ObjectReader.greatestArgument
        guard let value = arguments.optionalValue(key) else {
            sides = Array(repeating: [standard, standard], count: axes)
            return
        }
        guard axes > 1 else {
            sides = [arguments.tuple(key, of: 2, in: allowed)]
            return
        }
        guard value.kind == .array, value.elements.contains(where: { $0.kind == .array }) else {
            sides = arguments.tuple(key, of: axes, in: allowed).map { [$0, $0] }
            return
        }
        let pairs = arguments.array(key, count: axes...axes) { value, faults in
            faults.collect { () throws(Fault) -> [Int] in try value.tuple(of: 2, in: allowed) } ?? [0, 0]
        }
        sides = pairs.count == axes ? pairs : Array(repeating: [0, 0], count: axes)
    }

    func write(to json: inout JSONWriter) {
        if sides.count == 1 { json.write(sides[0]) } else { json.write(sides) }
    }
}

/// A layer that changes the edges of a sequence, an image or a volume.
protocol EdgeLayer: SingleInputLayer {
    /// How many axes have edges.
    static var rank: Int { get }
    /// The argument that says how much.
    static var argument: String { get }
    /// What each edge is where nothing is said.
    static var standard: Int { get }

    /// How much at each edge.
    var edges: Edges { get }

    /// The layer with these edges.
    init(_ edges: Edges)
}

extension EdgeLayer {
    init(reading arguments: inout ObjectReader) {
        self.init(Edges(reading: &arguments, Self.argument, axes: Self.rank, default: Self.standard))
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) { json.field(Self.argument, edges) }

    func operations(input: Shape, output: Shape) -> Int { 0 }
}

/// A layer that puts zeros around a sequence, an image or a volume.
protocol ZeroPaddingLayer: EdgeLayer {}

extension ZeroPaddingLayer {
    static var argument: String { "padding" }
    static var standard: Int { 1 }

    var keepsNumbers: Bool { true }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == Self.rank + 1 else { throw ShapeRequirement(WindowArguments.axes(Self.rank)) }
        return Shape(zip(input.extents, edges.sides).map { $0 + $1.reduce(0, +) } + [input.last])
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = input
        for (axis, side) in edges.sides.enumerated() {
            result = try pass.graph.pad(result, axis: axis + 1, before: side[0], after: side[1])
        }
        return result
    }
}

/// A layer that leaves the edges of a sequence, an image or a volume away.
protocol CroppingLayer: EdgeLayer {}

extension CroppingLayer {
    static var argument: String { "cropping" }
    static var standard: Int { rank == 2 ? 0 : 1 }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == Self.rank + 1 else { throw ShapeRequirement(WindowArguments.axes(Self.rank)) }
        let extents = zip(input.extents, edges.sides).map { $0 - $1.reduce(0, +) }
        guard extents.allSatisfy({ $0 > 0 }) else {
            let words = ["steps", "rows and columns", "depth, rows and columns"][Self.rank - 1]
            let sides = edges.sides.map { "\($0)" }.joined(separator: " and ")
            throw ShapeRequirement("more \(words) than its cropping of \(sides)")
        }
        return Shape(extents + [input.last])
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = input
        for (axis, side) in edges.sides.enumerated() {
            let extent = pass.graph.shape(of: result)[axis + 1]
            result = try pass.graph.slice(result, axis: axis + 1, side[0]..<extent - side[1])
        }
        return result
    }
}
