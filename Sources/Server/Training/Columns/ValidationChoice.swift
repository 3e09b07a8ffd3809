import JSON

/// Rows to validate with, where they aren't the last ones.
enum ValidationChoice: Sendable, Equatable {
    /// A share of the training rows.
    case split(Double, by: Method, group: String?)
    /// The training rows of one fold of several.
    case fold(Fold)
    /// The rows of a part of the dataset, `test` or `validation`.
    case part(Part)
    /// All rows of another dataset.
    case dataset(String)

    /// How the rows of a share are chosen.
    enum Method: String, CaseIterable, Sendable {
        /// By the job's seed.
        case random
        /// By the job's seed, as many of each class.
        case stratified
        /// The last ones.
        case time
        /// By the job's seed, rows with one value of a column together.
        case group
    }

    /// One of several parts of equal size into which the training rows are drawn by the job's seed.
    struct Fold: Sendable, Equatable {
        /// Which one, from 1.
        let number: Int
        /// How many there are.
        let folds: Int
        /// How rows are drawn.
        let method: FoldMethod

        /// How many there may be.
        static let counts = 2...1000
    }

    /// How the rows of a fold are drawn.
    enum FoldMethod: String, CaseIterable, Sendable {
        /// Whatever they are.
        case random
        /// As many of each class.
        case stratified
    }

    /// A part that can validate.
    enum Part: String, CaseIterable, Sendable {
        case validation, test
    }

    /// The shares that may validate.
    static let greatestSplit = 0.9

    /// Reads `{"split", "by"?, "group_by"?}`, `{"fold", "folds", "by"?}`, a part's name or a dataset's.
    ///
    /// - Parameters:
    ///   - value: What was sent.
    ///   - faults: Where what is wrong with it is added.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        guard value.kind == .object else {
            let expected =
                "{\"split\", \"by\"}, {\"fold\", \"folds\"}, \"test\", \"validation\", or another dataset's name"
            guard value.kind == .string, let name = try? value.string() else {
                faults.add(value.mismatch(expected))
                return nil
            }
            if name == "train" {
                faults.add(value.pointer, "expected \(expected), since the rows of \"train\" are learned from")
                return nil
            }
            self = Part(rawValue: name).map { .part($0) } ?? .dataset(name)
            return
        }
        var reader = ObjectReader(value)
        if value["fold"] != nil || value["folds"] != nil {
            let folds = reader.int("folds", in: Fold.counts)
            let number = reader.int("fold", in: 1...folds)
            let method: FoldMethod = reader.choice("by", default: .random)
            reader.finish()
            faults.add(reader.faults)
            self = .fold(Fold(number: number, folds: folds, method: method))
            return
        }
        let split = reader.double("split", in: .above(0, through: Self.greatestSplit))
        let method: Method = reader.choice("by", default: .random)
        let group = reader.optionalString("group_by")
        if group != nil, method != .group {
            reader.fault(at: "group_by", "goes with \"by\": \"group\", found \"\(method.rawValue)\"")
        }
        reader.finish()
        faults.add(reader.faults)
        self = .split(split, by: method, group: group)
    }
}

extension ValidationChoice: JSONWritable {
    /// Writes what the initializer reads.
    func write(to json: inout JSONWriter) {
        switch self {
        case .part(let part): json.write(part.rawValue)
        case .dataset(let name): json.write(name)
        case .fold(let fold):
            json.object { json in
                json.field("fold", fold.number)
                json.field("folds", fold.folds)
                json.field("by", fold.method.rawValue)
            }
        case .split(let split, let method, let group):
            json.object { json in
                json.field("split", split)
                json.field("by", method.rawValue)
                json.field("group_by", ifPresent: group)
            }
        }
    }
}
