/// What an `Einsum` of two operands says of its axes.
struct EinsumShape {
    /// The letters of both operands and of the result.
    let left: [Character], right: [Character], result: [Character]
    /// The extent of each letter.
    let extents: [Character: Extent]
    /// What is known of the result.
    let fact: Fact

    /// The letters of both operands that are summed over.
    var summed: [Character] { left.filter { right.contains($0) && !result.contains($0) } }
    /// The letters of both operands that stay.
    var shared: [Character] { left.filter { right.contains($0) && result.contains($0) } }
    /// The letters of the left operand alone.
    var leftOnly: [Character] { left.filter { !right.contains($0) } }
    /// The letters of the right operand alone.
    var rightOnly: [Character] { right.filter { !left.contains($0) } }

    /// Reads a node.
    init(_ inference: Inference, _ node: ONNXNode) throws(Refusal) {
        let equation = node.text("equation", default: "").filter { $0 != " " }
        let halves = equation.split(separator: ">", omittingEmptySubsequences: false)
        let operands = halves[0].replacing("-", with: "").split(separator: ",", omittingEmptySubsequences: false)
        guard halves.count == 2, operands.count == 2, !equation.contains("."), node.inputs.count == 2 else {
            throw Refusal(
                "the equation \"\(equation.prefix(60))\"; two operands with a letter for each axis and a result are read"
            )
        }
        let (left, right, result) = (Array(operands[0]), Array(operands[1]), Array(halves[1]))
        (self.left, self.right, self.result) = (left, right, result)
        var (extents, type) = ([Character: Extent](), ElementType?.none)
        for (place, letters) in [left, right].enumerated() {
            guard let shape = inference.input(node, place)?.shape, shape.count == letters.count,
                Set(letters).count == letters.count
            else {
                throw Refusal("the equation \"\(equation.prefix(60))\", which doesn't fit its inputs")
            }
            for (letter, extent) in zip(letters, shape) {
                guard extents[letter] ?? extent == extent else { throw Refusal("\"\(letter)\" of two extents") }
                extents[letter] = extent
            }
            if case .flow(let fact) = inference.input(node, place) { type = fact.type }
        }
        let known = extents
        guard Set(result).count == result.count, result.allSatisfy({ known[$0] != nil }),
            (left + right).allSatisfy({ result.contains($0) || left.contains($0) && right.contains($0) })
        else { throw Refusal("the equation \"\(equation.prefix(60))\"") }
        self.extents = extents
        fact = Fact(shape: result.compactMap { known[$0] }, type: type ?? .float, outer: try inference.outer(of: node))
    }
}
