/// What an equation as `abc,cd->abd` says of an input, a kernel and a result, the first axis of input and result being the
/// batch.
///
/// An ellipsis stands for any number of axes, before the letters of input and result or behind them. Each letter names an
/// axis once in each of the three.
struct EinsumEquation: Sendable, Equatable {
    /// The equation as it was written.
    let text: String
    /// The letters of the input.
    let input: [Character]
    /// The letters of the kernel.
    let kernel: [Character]
    /// The letters of the result.
    let output: [Character]
    /// Where the ellipsis stands.
    let ellipsis: Ellipsis?

    /// Where the axes without a letter are.
    enum Ellipsis: Sendable {
        /// Before the letters; the batch is among them.
        case left
        /// Behind the letters.
        case right
    }

    /// Reads an equation; nil where it is none of Keras's three forms.
    init?(_ text: String) {
        self.text = text
        let sides = text.filter { $0 != " " }.split(separator: "->", omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        let operands = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        guard operands.count == 2 else { return nil }
        var parts = [String(operands[0]), String(sides[1])]
        if parts.allSatisfy({ $0.hasPrefix("...") }) {
            ellipsis = .left
            parts = parts.map { String($0.dropFirst(3)) }
        } else if parts.allSatisfy({ $0.hasSuffix("...") }) {
            ellipsis = .right
            parts = parts.map { String($0.dropLast(3)) }
        } else {
            ellipsis = nil
        }
        (input, kernel, output) = (Array(parts[0]), Array(operands[1]), Array(parts[1]))
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        guard [input, kernel, output].allSatisfy({ !$0.isEmpty && Set($0).count == $0.count }),
            (input + kernel + output).allSatisfy(letters.contains)
        else {
            return nil
        }
        guard ellipsis == .left || input[0] == output[0], !kernel.contains(input[0]) || ellipsis == .left,
            kernel.allSatisfy({ input.contains($0) || output.contains($0) }),
            output.allSatisfy({ input.contains($0) || kernel.contains($0) })
        else {
            return nil
        }
    }

    /// The axes of a batch, with its extents, that a result's and a kernel's follow from.
    struct Resolved {
        /// A name for each axis of the input, the kernel and the result.
        let input: [String], kernel: [String], output: [String]
        /// The extent of each name.
        let extents: [String: Int]
    }

    /// The equation for a batch of an input, its axes without letters named too; nil where input and result don't fit it.
    ///
    /// - Parameters:
    ///   - batch: The shape of the input with the batch.
    ///   - declared: The extents of a sample's result that are given, nil for those that follow.
    /// - Returns: The axes and their extents.
    func resolved(for batch: Shape, declared: [Int?]) -> Resolved? {
        let elided = batch.rank - input.count
        guard ellipsis == nil ? elided == 0 : elided >= 0 else { return nil }
        let others = (0..<elided).map { "\($0)" }
        func names(_ letters: [Character]) -> [String] {
            let own = letters.map(String.init)
            return ellipsis == .left ? others + own : own + others
        }
        let (inputs, outputs, kernels) = (names(input), names(output), kernel.map(String.init))
        guard inputs[0] == outputs[0], !kernels.contains(inputs[0]) else { return nil }
        var extents = Dictionary(zip(inputs, batch.extents)) { first, _ in first }
        // Of the result's axes the given extents are those of the letters, but for the batch.
        let given = outputs.dropFirst().filter { !others.contains($0) }
        guard given.count == declared.count else { return nil }
        for (name, extent) in zip(given, declared) {
            if let known = extents[name] {
                guard extent == nil || extent == known else { return nil }
            } else {
                guard let extent else { return nil }
                extents[name] = extent
            }
        }
        return Resolved(input: inputs, kernel: kernels, output: outputs, extents: extents)
    }
}

extension EinsumEquation.Resolved {
    /// The shape of the kernel.
    var kernelShape: Shape { Shape(kernel.map { extents[$0] ?? 1 }) }

    /// The shape of the result, with the batch.
    var outputShape: Shape { Shape(output.map { extents[$0] ?? 1 }) }

    /// How many inputs each result is made of.
    var inputVolume: Int { kernel.filter { !output.contains($0) }.reduce(1) { $0 * (extents[$1] ?? 1) } }

    /// The multiplications of a batch.
    var products: Int { Set(input + kernel).reduce(1) { $0 * (extents[$1] ?? 1) } }

    /// Appends the product of an input and a kernel.
    func append(to graph: inout Graph, _ x: Value, _ weights: Value) throws(ShapeError) -> Value {
        let summed = input.indices.filter { !kernel.contains(input[$0]) && !output.contains(input[$0]) }
        let taken = try graph.sum(x, axes: summed)
        let own = input.indices.filter { !summed.contains($0) }.map { input[$0] }
        let shared = own.filter { kernel.contains($0) && output.contains($0) }
        let inner = own.filter { kernel.contains($0) && !output.contains($0) }
        let rows = own.filter { !kernel.contains($0) }
        let columns = kernel.filter { !own.contains($0) }
        func volume(_ names: [String]) -> Int { names.reduce(1) { $0 * (extents[$1] ?? 1) } }
        let left = try graph.ordered(taken, own, shared + rows + inner)
        let right = try graph.ordered(weights, kernel, shared + inner + columns)
        let (m, k, n) = (volume(rows), volume(inner), volume(columns))
        let product: Value
        if shared.isEmpty {
            product = try graph.matmul(graph.reshape(left, to: [m, k]), graph.reshape(right, to: [k, n]))
        } else {
            let count = volume(shared)
            product = try graph.batchMatmul(
                graph.reshape(left, to: [count, m, k]),
                graph.reshape(right, to: [count, k, n])
            )
        }
        let names = shared + rows + columns
        let result = try graph.reshape(product, to: Shape(names.map { extents[$0] ?? 1 }))
        return try graph.ordered(result, names, output)
    }
}

extension Graph {
    /// A value whose axes have names, with its axes in another order of these.
    fileprivate mutating func ordered(
        _ x: Value,
        _ names: [String],
        _ wanted: [String]
    ) throws(ShapeError) -> Value {
        guard names != wanted else { return x }
        return try transpose(x, permutation: wanted.map { name in names.firstIndex(of: name) ?? 0 })
    }
}
