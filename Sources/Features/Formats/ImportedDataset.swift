public import JSON

/// What an upload turned out to be, known when its last byte has been read.
public struct ImportedDataset: Sendable, Equatable {
    /// What the rows are.
    public enum Kind: String, Sendable {
        /// Rows of a CSV file.
        case table
        /// Windows over a CSV file, in time order: test rows belong at the end.
        case series
        /// Rows of height, width and channels.
        case images
        /// Rows of any other shape.
        case arrays
    }

    /// What the rows are.
    public var kind: Kind
    /// Rows for training, or for training and testing where the upload had no test part.
    public var rows: Int
    /// Rows of the upload's own test part; 0 without one.
    public var testRows: Int
    /// The extents of one input, without the batch.
    public var inputShape: [Int]
    /// What the targets are.
    public var target: TargetSummary
    /// The names of the input columns, in their order in a row, where the data had names.
    public var columns: [String]?
    /// What was recognised of a table's text; nil for anything else.
    public var format: TableFormat?
    /// What was decided where it was doubtful, and what was left out, a sentence each.
    public var notes: [String] = []

    /// The extents of one target; empty for a class.
    public var targetShape: [Int] { target.shape }
}

/// What the targets of a dataset are, as its summary shows it.
public struct TargetSummary: Sendable, Equatable {
    /// Whether a target is one of several classes or a value to come close to.
    public enum Kind: String, Sendable, CaseIterable {
        /// An index from 0 up to the number of classes.
        case `class`
        /// A number or an array of numbers.
        case value
    }

    /// Whether targets are classes or values.
    public var kind: Kind
    /// How many classes there are; nil for values.
    public var classes: Int?
    /// The word of each class, where the upload had words, in the order of the indices.
    public var labels: [String]?
    /// The extents of one target; empty for a class, `[1]` for a single value.
    public var shape: [Int]
    /// How many rows are left out between those that are learned from and those that test or validate.
    ///
    /// They are windows that share targets with both; nil where rows share nothing.
    public var gap: Int?

    /// Targets that are one of `count` classes, with the word of each if they have words.
    public static func classes(_ count: Int, labels: [String]? = nil) -> TargetSummary {
        TargetSummary(kind: .class, classes: count, labels: labels, shape: [])
    }

    /// Targets that are values of the extents `shape`, with `gap` rows between the parts.
    public static func values(shape: [Int], gap: Int = 0) -> TargetSummary {
        TargetSummary(kind: .value, classes: nil, labels: nil, shape: shape, gap: gap > 0 ? gap : nil)
    }
}

extension TargetSummary: JSONWritable {
    /// Writes `{"kind", "classes"?, "labels"?, "shape", "gap"?}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("kind", kind.rawValue)
            json.field("classes", ifPresent: classes)
            json.field("labels", ifPresent: labels)
            json.field("shape", shape)
            json.field("gap", ifPresent: gap)
        }
    }
}
