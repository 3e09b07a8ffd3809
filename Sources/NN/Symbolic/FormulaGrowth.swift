/// How large a formula, its derivative by the rules for symbols, and the graph of reverse mode become where the formula is
/// put into itself again and again.
public struct FormulaGrowth: Sendable {
    /// How often it was applied.
    public let times: Int
    /// The operators and operands of the function written out.
    public let function: Int
    /// Those of its derivative, nothing simplified.
    public let symbolic: Int
    /// The nodes of the graph that reverse mode evaluates.
    public let graph: Int

    /// The most operators and operands that are counted.
    public static let greatestCount = 10_000_000

    /// Puts a formula into itself.
    ///
    /// - Parameters:
    ///   - formula: What is iterated.
    ///   - variable: The variable in whose place it is put.
    ///   - variables: All variables that it has.
    ///   - times: How often, at least once.
    ///   - proceed: Called between the times; what it throws ends the work.
    /// - Returns: The sizes of each time, and the last formula.
    /// - Throws: `GrowthLimit` where one is too large, `NodeLimit` where the graph is, and what `proceed` throws.
    public static func measure(
        _ formula: Expression,
        by variable: String,
        variables: [String],
        times: Int,
        proceed: () throws -> Void = {}
    ) throws -> (growth: [FormulaGrowth], last: Expression) {
        var growth: [FormulaGrowth] = []
        var iterate = formula
        for time in 1...times {
            try proceed()
            if time > 1 { iterate = formula.replacing([variable: iterate]) }
            let graph = try FunctionGraph.reverseSize(of: iterate, variables: variables, by: variable)
            var sizes = ExpressionMemory<Int>()
            let function = iterate.treeSize(&sizes)
            var derivatives = ExpressionMemory<Expression>()
            let derivative = iterate.derivative(by: variable, &derivatives)
            let symbolic = withExtendedLifetime((derivatives, derivative)) { derivative.treeSize(&sizes) }
            guard max(function, symbolic) <= greatestCount else {
                throw GrowthLimit(times: time, count: max(function, symbolic))
            }
            growth.append(FormulaGrowth(times: time, function: function, symbolic: symbolic, graph: graph))
        }
        return (growth, iterate)
    }
}

/// A formula with more operators and operands than are counted.
public struct GrowthLimit: Error, Sendable {
    /// How often it had been applied.
    public let times: Int
    /// How many there are.
    public let count: Int
}
