import JSON

/// The rows and columns that a layer adds or takes away at each edge of an image.
struct Edges: Sendable, Equatable, JSONWritable {
    /// Above and below.
    let rows: [Int]
    /// To the left and right.
    let columns: [Int]

    /// Reads Keras's three forms: one integer, `[rows, columns]`, or `[[top, bottom], [left, right]]`.
    init(reading arguments: inout ObjectReader, _ key: String, default standard: Int) {
        let allowed = 0...ObjectReader.greatestArgument
        guard let value = arguments.optionalValue(key) else {
            (rows, columns) = ([standard, standard], [standard, standard])
            return
        }
        guard value.kind == .array, value.elements.contains(where: { $0.kind == .array }) else {
            let both = arguments.tuple(key, of: 2, in: allowed)
            (rows, columns) = ([both[0], both[0]], [both[1], both[1]])
            return
        }
        let pairs = arguments.array(key, count: 2...2) { value, faults in
            faults.collect { () throws(Fault) -> [Int] in try value.tuple(of: 2, in: allowed) } ?? [0, 0]
        }
        (rows, columns) = pairs.count == 2 ? (pairs[0], pairs[1]) : ([0, 0], [0, 0])
    }

    func write(to json: inout JSONWriter) { json.write([rows, columns]) }
}

/// Keras's `ZeroPadding2D`: zeros around an image.
struct ZeroPadding2DLayer: SingleInputLayer {
    static let names = ["ZeroPadding2D"]

    var keepsNumbers: Bool { true }

    private let edges: Edges

    init(reading arguments: inout ObjectReader) {
        edges = Edges(reading: &arguments, "padding", default: 1)
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) { json.field("padding", edges) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 3 else { throw ShapeRequirement(WindowArguments.axes(2)) }
        return [input[0] + edges.rows.reduce(0, +), input[1] + edges.columns.reduce(0, +), input[2]]
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let rows = try pass.graph.pad(input, axis: 1, before: edges.rows[0], after: edges.rows[1])
        return try pass.graph.pad(rows, axis: 2, before: edges.columns[0], after: edges.columns[1])
    }
}

/// Keras's `Cropping2D`: an image without its edges.
struct Cropping2DLayer: SingleInputLayer {
    static let names = ["Cropping2D"]

    private let edges: Edges

    init(reading arguments: inout ObjectReader) {
        edges = Edges(reading: &arguments, "cropping", default: 0)
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) { json.field("cropping", edges) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 3 else { throw ShapeRequirement(WindowArguments.axes(2)) }
        let (height, width) = (input[0] - edges.rows.reduce(0, +), input[1] - edges.columns.reduce(0, +))
        guard height > 0, width > 0 else {
            throw ShapeRequirement("more rows and columns than its cropping of \(edges.rows) and \(edges.columns)")
        }
        return [height, width, input[2]]
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let rows = try pass.graph.slice(input, axis: 1, edges.rows[0]..<shape[1] - edges.rows[1])
        return try pass.graph.slice(rows, axis: 2, edges.columns[0]..<shape[2] - edges.columns[1])
    }
}
