public import NN

/// What a file holds, taken apart: the texts of an archive's entries, and numbers under paths.
public struct FileContents: Sendable, Equatable {
    /// Numbers that lie in a file.
    public struct Dataset: Sendable, Equatable {
        /// The numbers, as 32-bit floats.
        public let tensor: Tensor
        /// The type that they have in the file, as in `float16`.
        public let type: String
    }

    /// What stands beside a group or data set.
    public enum Attribute: Sendable, Equatable {
        case texts([String])
        case numbers([Double])
    }

    /// The bytes of an archive's entries by name.
    public var entries: [String: [UInt8]] = [:]
    /// The paths of the groups, as in `layers/dense/vars`; that of the root is empty.
    public var groups: Set<String> = []
    /// The attributes of each group and data set, by its path.
    public var attributes: [String: [String: Attribute]] = [:]
    /// The numbers by their paths.
    public var datasets: [String: Dataset] = [:]
    /// The paths of numbers that nobody needs, such as those of metrics.
    public var skipped: Set<String> = []

    /// Nothing.
    public init() {}

    /// A text that stands beside a group.
    func text(_ name: String, at path: String = "") -> String? {
        guard case .texts(let texts) = attributes[path]?[name], texts.count == 1 else { return nil }
        return texts[0]
    }

    /// A list of texts that stands beside a group, put together where it was too long for one attribute; nil for none.
    func texts(_ name: String, at path: String) -> [String]? {
        switch attributes[path]?[name] {
        case .texts(let texts): return texts
        // A list of none has no type of its own.
        case .numbers(let numbers): return numbers.isEmpty ? [] : nil
        case nil: break
        }
        var all: [String] = []
        var number = 0
        while case .texts(let texts) = attributes[path]?["\(name)\(number)"] {
            all += texts
            number += 1
        }
        return number == 0 ? nil : all
    }
}
