extension Graph {
    /// The sum of those values that are there, nil where none is: how tangents and cotangents of one value meet.
    package mutating func sum(of terms: [Value?]) throws(ShapeError) -> Value? {
        var total: Value?
        for case let term? in terms {
            if let soFar = total { total = try add(soFar, term) } else { total = term }
        }
        return total
    }
}
