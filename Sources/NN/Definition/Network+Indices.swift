/// What an input's numbers have to be where layers look them up as indices.
public struct IndexRule: Sendable, Equatable {
    /// The input's place among the network's.
    public let input: Int
    /// The layer that looks them up.
    public let layer: String
    /// How many rows its table has: the numbers are integers from 0 to below that.
    public let count: Int

    /// Whether a number is an index of the table.
    public func allows(_ number: Float) -> Bool {
        number >= 0 && number < Float(count) && number == number.rounded(.down)
    }

    /// What is wrong with a number that isn't allowed, in words.
    public func problem(with number: String) -> String {
        "\"\(layer)\" looks up indices from 0 to \(count - 1), found \(number)"
    }
}

extension Network {
    /// The inputs whose numbers layers look up as they are, each with the smallest of the tables.
    ///
    /// Numbers that are computed before they are looked up have no rule; what isn't there shows when the network runs.
    public var indexRules: [IndexRule] {
        var rules: [Int: IndexRule] = [:]
        // For each layer, the inputs of which its first result holds every number.
        var held: [Set<Int>] = []
        func inputs(of source: Source) -> Set<Int> {
            switch source {
            case .input(let number): [number]
            case .layer(let place, let result): result == 0 ? held[place] : []
            case .mask: []
            }
        }
        for (node, summary) in zip(nodes, layers) {
            let taken = node.sources.map(inputs(of:))
            if let count = node.layer.indexCount {
                for input in taken[0] where count < rules[input]?.count ?? Int.max {
                    rules[input] = IndexRule(input: input, layer: summary.name, count: count)
                }
            }
            held.append(node.layer.keepsNumbers ? taken.reduce([]) { $0.union($1) } : [])
        }
        return rules.values.sorted { $0.input < $1.input }
    }
}
