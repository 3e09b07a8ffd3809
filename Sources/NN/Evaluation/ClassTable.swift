/// How samples of each class were taken for classes, and what follows from that (scikit-learn's
/// `precision_recall_fscore_support` with `zero_division=0`).
public struct ClassTable: Sendable, Equatable {
    /// The figures of one class, or their mean over classes.
    public struct Figures: Sendable, Equatable {
        /// The share of what was taken for the class that is of it; 0 where nothing was.
        public let precision: Double
        /// The share of the class that was taken for it; 0 where it has no samples.
        public let recall: Double
        /// The harmonic mean of both; 0 where both are.
        public let f1: Double
    }

    /// The figures of each class.
    public let classes: [Figures]
    /// How many samples each class has.
    public let support: [Int]
    /// The mean over the classes that a sample has or was taken for, as scikit-learn's `average="macro"` with the labels that
    /// it finds.
    public let macro: Figures
    /// The mean weighted by support; zeros where there is none.
    public let weighted: Figures

    /// The figures that counts come to.
    ///
    /// - Parameters:
    ///   - right: For each class, how many of its samples were taken for it.
    ///   - predicted: How many samples were taken for it.
    ///   - support: How many samples it has.
    ///   - countsAll: Whether a class that no sample has nor was taken for is part of the macro mean.
    init(right: [Int], predicted: [Int], support: [Int], countsAll: Bool) {
        self.support = support
        func ratio(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        let classes = right.indices.map { place in
            Figures(
                precision: ratio(right[place], predicted[place]),
                recall: ratio(right[place], support[place]),
                f1: ratio(2 * right[place], predicted[place] + support[place])
            )
        }
        self.classes = classes
        func mean(_ weights: [Int]) -> Figures {
            let sum = Double(max(weights.reduce(0, +), 1))
            func mean(_ figure: (Figures) -> Double) -> Double {
                zip(classes, weights).reduce(0) { $0 + figure($1.0) * Double($1.1) } / sum
            }
            return Figures(precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1))
        }
        macro = mean(right.indices.map { countsAll || predicted[$0] > 0 || support[$0] > 0 ? 1 : 0 })
        weighted = mean(support)
    }
}
