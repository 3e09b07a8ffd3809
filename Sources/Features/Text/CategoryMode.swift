/// What comes out of layers that number categories (Keras's `output_mode`).
enum CategoryMode: String, Sendable, CaseIterable {
    /// The numbers themselves.
    case int
    /// For each number a row of zeros with a one at its place.
    case oneHot = "one_hot"
    /// For each row one row of zeros, with a one at each number that occurs in it.
    case multiHot = "multi_hot"
    /// For each row how often each number occurs in it.
    case count
    /// As `count`, times the weight of each number.
    case tfIdf = "tf_idf"

    /// How many places a row of zeros and ones may have.
    static let greatestWidth = 1 << 22

    /// The extents of what comes out for a shape: Keras's, in which the row has a batch's axis in front.
    func shape<Extent: ExpressibleByIntegerLiteral & Equatable>(of shape: [Extent], width: Extent) -> [Extent] {
        switch self {
        case .int: shape
        case .oneHot: (shape.last == 1 ? Array(shape.dropLast()) : shape) + [width]
        case .multiHot, .count, .tfIdf: Array(shape.dropFirst()) + [width]
        }
    }

    /// The encoded numbers of a row; one that is negative or not below `width` has no place.
    ///
    /// - Parameters:
    ///   - numbers: The row's numbers.
    ///   - extents: The row's shape.
    ///   - width: How many places there are.
    ///   - weights: For each number of the row what it counts, in mode `count`.
    ///   - idf: The weight of each place, in mode `tf_idf`; places past its end have none.
    /// - Returns: The row that comes out.
    func encoded(
        _ numbers: [Int],
        _ extents: [Int],
        width: Int,
        weights: [Float]? = nil,
        idf: [Float] = []
    ) -> FrontValue {
        if self == .int { return FrontValue(.integers(numbers), extents) }
        if extents.isEmpty || extents == [1] { return single(numbers[0], width, weights?[0], idf) }
        let shape = shape(of: extents, width: width)
        var places = [Float](repeating: 0, count: shape.reduce(1, *))
        // All but one_hot join what lies along the row's first axis: element i goes to row i % inner.
        let inner = self == .oneHot ? numbers.count : max(1, extents.dropFirst().reduce(1, *))
        for (index, number) in numbers.enumerated() where number >= 0 && number < width {
            let place = index % inner * width + number
            switch self {
            case .int, .oneHot, .multiHot: places[place] = 1
            case .count: places[place] += weights.map { $0[index] } ?? 1
            case .tfIdf: places[place] += number < idf.count ? idf[number] : 0
            }
        }
        return FrontValue(.floats(places), shape)
    }

    /// The row of one number, the usual one of a table's column.
    private func single(_ number: Int, _ width: Int, _ weight: Float?, _ idf: [Float]) -> FrontValue {
        var places = [Float](repeating: 0, count: width)
        if number >= 0, number < width {
            places[number] =
                switch self {
                case .int, .oneHot, .multiHot: 1
                case .count: weight ?? 1
                case .tfIdf: number < idf.count ? idf[number] : 0
                }
        }
        return FrontValue(.floats(places), [width])
    }
}
