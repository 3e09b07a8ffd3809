import Features
import NN

/// Instances as a network takes them.
struct InstanceRows: Sendable {
    /// How many there are.
    let rows: Int
    /// Their numbers, row after row, a row holding one input after the other.
    let values: [Float]
    /// What the client should know of how they were taken.
    var notes: [String]
    /// The shapes of each row's inputs, where rows may differ in size; nil where they don't.
    var shapes: [[Shape]]?
}

extension ModelInputs {
    /// Appends a row whose size is its own to others.
    ///
    /// - Parameters:
    ///   - given: What the front gave, one value an input.
    ///   - numbers: The numbers of the rows before it.
    /// - Returns: The shapes of its inputs.
    /// - Throws: `FrontError` for a size that an input doesn't take, and as `NetworkRow.write`.
    func append(_ given: [FrontValue], to numbers: inout [Float]) throws(FrontError) -> [Shape] {
        let values = front == nil ? given : given.withoutEmptySteps
        var shapes: [Shape] = []
        for (input, value) in zip(inputs, values) {
            let shape = Shape(value.shape.isEmpty ? [1] : value.shape)
            guard input.openShape.allows(shape), !shape.extents.contains(0) else {
                let name = inputs.count == 1 ? "the input" : "the input \"\(input.name)\""
                throw FrontError("\(name) is \(shape), and the model takes \(input.openShape), no extent 0")
            }
            shapes.append(shape)
        }
        let row = NetworkRow(shapes, indexRules)
        let begin = numbers.count
        numbers.append(contentsOf: repeatElement(0, count: row.width))
        var problem: FrontError?
        numbers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(FrontError) { try row.write(values, to: base + begin) } catch { problem = error }
        }
        if let problem { throw problem }
        return shapes
    }
}
