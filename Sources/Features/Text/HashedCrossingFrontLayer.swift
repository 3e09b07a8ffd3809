public import JSON

/// Keras's `HashedCrossing`: the values of two or more columns as one category, hashed into bins.
///
/// The number is TensorFlow's `tf.sparse.cross_hashed`: fingerprints of words, integers as they are, joined in the order
/// of the inputs.
public struct HashedCrossingFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "HashedCrossing"

    /// What TensorFlow begins to join with (`_DEFAULT_HASH_KEY`).
    private static let key: UInt64 = 0xDECAFCAFFE

    private let title: String
    private let bins: Int
    private let mode: CategoryMode
    private let isSparse: Bool

    /// Reads `num_bins`, `output_mode`, and `sparse`, which changes nothing here.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        bins = arguments.int("num_bins", in: 1...Int(Int32.max))
        mode = arguments.choice("output_mode", among: ["int", "one_hot"], default: "int") == "int" ? .int : .oneHot
        if mode != .int, bins > CategoryMode.greatestWidth {
            arguments.fault(at: "num_bins", "expected at most \(CategoryMode.greatestWidth) places, found \(bins)")
        }
        isSparse = arguments.bool("sparse", default: false)
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("num_bins", bins)
        json.field("output_mode", mode.rawValue)
        json.field("sparse", isSparse)
    }

    /// A whole number in mode `int`, else numbers, `num_bins` wide.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        guard inputs.count >= 2, let shape = inputs.first?.shape, shape == [] || shape == [1],
            inputs.allSatisfy({ $0.shape == shape && [.string, .integer].contains($0.element) })
        else {
            let found = inputs.map(\.description).joined(separator: " and ")
            throw FrontError("\(title) takes at least two inputs of one word or integer each, found \(found)")
        }
        if mode == .int { return FrontType(.integer, shape) }
        return FrontType(.float, [bins])
    }

    /// Joins and hashes.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        var joined = Self.key
        for input in inputs {
            switch input.content {
            case .strings(let words) where words.count == 1:
                joined = FarmHash64.joined(joined, words[0].withBytes(FarmHash64.fingerprint))
            case .integers(let integers) where integers.count == 1:
                joined = FarmHash64.joined(joined, UInt64(bitPattern: Int64(integers[0])))
            default: throw FrontError("\(title) takes one word or integer of each input, found \(input.shape)")
            }
        }
        return mode.encoded([Int(joined % UInt64(bins))], inputs[0].shape, width: bins)
    }
}
