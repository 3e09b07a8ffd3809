/// Which keys each query sees, all conditions joined by "and".
struct SeenKeys {
    /// Ones and zeros that say it by the places alone, `[T, S]`; nil where every query sees every key.
    private let places: Tensor?
    /// Ones and zeros that say it of the rows of the batch, `[N, T, S]`; nil where all see the same.
    private var counted: Value?

    /// What is taken from the score of a key that isn't seen, as in Keras: beside another its exponential is 0.
    private static let penalty: Float = 1e9

    /// What T queries see of S keys by their places alone: with `causal` none after their own, with a window of w only
    /// those less than w steps away.
    init(queries: Int, keys: Int, causal: Bool = false, window: Int? = nil) {
        let ranges = (0..<queries).map { query -> Range<Int> in
            let first = window.map { max(0, query - $0 + 1) } ?? 0
            let last = min(causal ? query : keys - 1, window.map { query + $0 - 1 } ?? keys - 1, keys - 1)
            return first..<max(first, last + 1)
        }
        guard ranges.contains(where: { $0 != 0..<keys }) else {
            places = nil
            return
        }
        let values = ranges.flatMap { range in (0..<keys).map { range.contains($0) ? Float(1) : 0 } }
        places = Tensor([queries, keys], values)
    }

    /// Adds a condition, ones and zeros of a shape that stretches to `[N, T, S]`.
    mutating func add(_ condition: Value, shape: Shape, in graph: inout Graph) throws(ShapeError) {
        let stretched = try graph.broadcast(condition, to: shape)
        if let counted {
            self.counted = try graph.multiply(counted, stretched)
        } else if let places {
            counted = try graph.multiply(graph.broadcast(graph.literal(places), to: shape), stretched)
        } else {
            counted = stretched
        }
    }

    /// The softmax of scores `[N, …, T, S]` over the keys that are seen; the shares of others are exactly 0.
    ///
    /// A query that sees no key has shares that mean nothing: `whereSomeSeen` makes zeros of what comes of them.
    func shares(of scores: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: scores)
        let penalty: Value
        if let counted {
            let own = graph.shape(of: counted)
            let ones = Array(repeating: 1, count: shape.rank - own.rank)
            let penalties = try graph.scale(graph.offset(counted, by: -1), by: Self.penalty)
            penalty = try graph.reshape(penalties, to: Shape([own[0]] + ones + [own[1], own[2]]))
        } else if let places {
            penalty = try graph.literal(Tensor(places.shape, places.values.map { ($0 - 1) * Self.penalty }))
        } else {
            return try graph.softmax(scores)
        }
        return try graph.softmax(graph.add(scores, graph.broadcast(penalty, to: shape)))
    }

    /// A value `[N, …, T, W]` with zeros for the queries that see no key, whatever stands at the keys.
    func whereSomeSeen(_ value: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: value)
        let some: Value
        if let counted {
            let own = graph.shape(of: counted)
            let ones = Array(repeating: 1, count: shape.rank - own.rank)
            let any = try graph.positive(graph.sum(counted, axes: [2]))
            some = try graph.reshape(any, to: Shape([own[0]] + ones + [own[1], 1]))
        } else if let places, let none = placesWithoutKeys(places) {
            some = try graph.literal(none)
        } else {
            return value
        }
        return try graph.multiply(value, graph.broadcast(some, to: shape))
    }

    /// Ones and zeros `[T, 1]`, zeros where a query's place lets it see nothing; nil where each sees something.
    private func placesWithoutKeys(_ places: Tensor) -> Tensor? {
        let (queries, keys) = (places.shape[0], places.shape[1])
        let some = (0..<queries).map { query in places.values[query * keys..<(query + 1) * keys].max() ?? 0 }
        return some.contains(0) ? Tensor([queries, 1], some) : nil
    }
}
