public import JSON

/// Keras's `Hashing`: words or integers to bins by FarmHash64, or by SipHash64 under a salt; there is nothing to learn.
///
/// A hole in a column of integers falls into the bin of the empty word.
public struct HashingFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "Hashing"

    private let title: String
    private let bins: Int
    /// The word, or integer in decimal text, that has bin 0 to itself.
    private let mask: String?
    private let maskIsInteger: Bool
    private let hash: WordHash
    private let mode: CategoryMode
    private let isSparse: Bool

    /// Reads `num_bins`, `mask_value`, `salt`, `output_mode`, and `sparse`, which changes nothing here.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        bins = arguments.int("num_bins", in: 1...Int(Int32.max))
        maskIsInteger = arguments.optionalValue("mask_value")?.kind == .number
        mask =
            maskIsInteger
            ? arguments.optionalInt("mask_value").map { String($0) } : arguments.optionalString("mask_value")
        hash = WordHash(salt: Salt(reading: &arguments))
        let modes: [CategoryMode] = [.int, .oneHot, .multiHot, .count]
        let word = arguments.choice("output_mode", among: modes.map(\.rawValue), default: CategoryMode.int.rawValue)
        mode = CategoryMode(rawValue: word) ?? .int
        if mode != .int, bins > CategoryMode.greatestWidth {
            arguments.fault(at: "num_bins", "expected at most \(CategoryMode.greatestWidth) places, found \(bins)")
        }
        isSparse = arguments.bool("sparse", default: false)
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("num_bins", bins)
        if maskIsInteger { json.field("mask_value", mask.flatMap { Int($0) }) } else { json.field("mask_value", mask) }
        json.field("salt", hash.salt?.numbers)
        json.field("output_mode", mode.rawValue)
        json.field("sparse", isSparse)
    }

    /// Whole numbers in mode `int`, else numbers, `num_bins` wide.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.string, .integer, .float, .byte], "words or integers", for: title)
        guard mask == nil || maskIsInteger == (input.element != .string) else {
            throw FrontError(
                "\(title) has the mask_value \(quoted(mask ?? "")), which is \(maskIsInteger ? "no word" : "no integer"), "
                    + "but takes \(input); give it a mask_value of the same kind"
            )
        }
        if mode == .int { return FrontType(.integer, input.shape) }
        return FrontType(.float, mode.shape(of: input.shape.map(Extent.init), width: Extent(bins)).map(\.value))
    }

    /// Hashes.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        var numbers: [Int] = []
        if case .strings(let words) = inputs[0].content {
            numbers.reserveCapacity(words.count)
            for word in words { numbers.append(bin(of: word)) }
        } else {
            for number in try inputs[0].wholeNumbers(for: title) {
                numbers.append(bin(of: number.map { "\($0)" } ?? ""))
            }
        }
        return mode.encoded(numbers, inputs[0].shape, width: bins)
    }

    private func bin(of word: String) -> Int {
        guard let mask, bins > 1 else { return word.withBytes { hash.bin(of: $0, of: bins) } }
        // Bin 0 is the mask's; Keras tells it by the text.
        if word.utf8.elementsEqual(mask.utf8) { return 0 }
        return word.withBytes { hash.bin(of: $0, of: bins - 1) } + 1
    }
}
