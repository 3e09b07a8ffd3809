import JSON

/// Keras's `Hinge`: the mean of `max(1 − target · prediction, 0)`, targets -1 and 1, or 0 and 1.
struct HingeMeasure: VectorMeasure {
    static let names = ["hinge", "Hinge"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { margin(prediction[$0], target[$0]) }
    }
}

/// Keras's `SquaredHinge`: the mean of `max(1 − target · prediction, 0)²`, targets -1 and 1, or 0 and 1.
struct SquaredHingeMeasure: VectorMeasure {
    static let names = ["squared_hinge", "SquaredHinge"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { place in
            let margin = margin(prediction[place], target[place])
            return margin * margin
        }
    }
}

/// Keras's `CategoricalHinge`: `max(1 + the greatest wrong class − the right one, 0)`, from one-hot targets.
struct CategoricalHingeMeasure: VectorMeasure {
    static let names = ["categorical_hinge", "CategoricalHinge"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        var (right, wrong) = (0.0, -Double.infinity)
        for place in 0..<count {
            let (own, wanted) = (Double(prediction[place]), Double(target[place]))
            right += own * wanted
            wrong = max(wrong, own * (1 - wanted))
        }
        return max(1 + wrong - right, 0)
    }
}

/// `max(1 − target · prediction, 0)`, a target of 0 counting as -1.
private func margin(_ prediction: Float, _ target: Float) -> Double {
    max(1 - (target == 0 ? -1 : Double(target)) * Double(prediction), 0)
}
