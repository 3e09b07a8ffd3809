import JSON

/// What a layer's arguments say about one of its weights: `kernel_initializer`, `_regularizer` and `_constraint`.
struct WeightRules: Sendable, Equatable {
    /// Where the first values come from.
    let initializer: Initializer
    /// What training adds to the loss for its size.
    let regularizer: Regularizer?
    /// What it is forced to be after each update.
    let constraint: Constraint?
}

extension ObjectReader {
    /// The rules of a weight, whose arguments start with `prefix`.
    mutating func weight(_ prefix: String, default standard: Initializer) -> WeightRules {
        WeightRules(
            initializer: initializer("\(prefix)_initializer", default: standard),
            regularizer: regularizer("\(prefix)_regularizer"),
            constraint: optionalValue("\(prefix)_constraint").flatMap { Constraint($0, &faults) }
        )
    }

    /// A regularizer by name or as an object; nil where it is absent or null.
    mutating func regularizer(_ key: String) -> Regularizer? {
        optionalValue(key).flatMap { Regularizer($0, &faults) }
    }
}

extension JSONWriter {
    /// Writes the rules of a weight.
    mutating func weight(_ prefix: String, _ rules: WeightRules) {
        field("\(prefix)_initializer", rules.initializer)
        field("\(prefix)_regularizer", ifPresent: rules.regularizer)
        field("\(prefix)_constraint", ifPresent: rules.constraint)
    }
}
