/// Watches the targets of an upload go by, and decides at the end whether they are classes or values.
///
/// - Words are classes, numbered in the order of their UTF-8 bytes, as scikit-learn's `LabelEncoder` numbers them.
/// - Integers of a text (CSV, JSON), written without a point, are classes if they are exactly 0 to k − 1, each there,
///   with k from 2 to 1000 and some of them more than once: digits are classes, years and temperatures are not.
/// - Integers of a typed file (IDX, NPY) are classes if all are from 0 to 999.
/// - Everything else is a value. `target_kind` overrides the choice for numbers.
struct TargetScan {
    /// How many classes numbers may show before they are taken for values.
    static let mostInferred = 1000
    /// How many classes there may be at all.
    static let mostClasses = 65_536

    /// What `target_kind` asks for, if anything.
    let wanted: TargetSummary.Kind?
    /// Whether the type of the file says that targets are integers.
    let isTyped: Bool

    private(set) var count = 0
    private var largest: Float = -1
    private var couldBeClasses = true
    private var seen = [Bool](repeating: false, count: mostInferred)
    private var distinct = 0

    init(wanted: TargetSummary.Kind?, isTyped: Bool) {
        self.wanted = wanted
        self.isTyped = isTyped
    }

    /// Takes the next target.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - isInteger: Whether its type or its spelling says it is an integer.
    /// - Returns: What is wrong with it, if classes were asked for and it is none.
    mutating func add(_ value: Float, isInteger: Bool) -> String? {
        count += 1
        largest = max(largest, value)
        let isIndex = value >= 0 && value < Float(Self.mostClasses) && value == value.rounded(.down)
        if wanted == .class {
            let range = "expected a class, an integer from 0 to \(Self.mostClasses - 1)"
            return isIndex ? nil : "\(range), found \(plain(value))"
        }
        guard couldBeClasses else { return nil }
        guard isIndex, isInteger, value < Float(Self.mostInferred) else {
            couldBeClasses = false
            return nil
        }
        if !seen[Int(value)] { distinct += 1 }
        seen[Int(value)] = true
        return nil
    }

    /// How many classes the targets show; nil if they are values.
    var classes: Int? {
        guard count > 0 else { return nil }
        switch wanted {
        case .class: return Int(largest) + 1
        case .value: return nil
        case nil:
            guard couldBeClasses else { return nil }
            let classes = Int(largest) + 1
            if isTyped { return classes }
            return classes >= 2 && distinct == classes && classes < count ? classes : nil
        }
    }

    /// The summary of targets that each had the extents `shape`, of one number or more.
    func summary(shape: [Int]) -> TargetSummary {
        if shape.allSatisfy({ $0 == 1 }), let classes {
            return TargetSummary.classes(classes)
        }
        return TargetSummary.values(shape: shape.isEmpty ? [1] : shape)
    }
}

/// `number` without the `.0` of a whole one.
func plain(_ number: Float) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
