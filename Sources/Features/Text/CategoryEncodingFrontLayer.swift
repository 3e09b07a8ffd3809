public import JSON

/// Keras's `CategoryEncoding`: numbers of categories as rows of zeros and ones, or of counts.
///
/// A second input weighs each number, in mode `count` (Keras's `count_weights`).
public struct CategoryEncodingFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "CategoryEncoding"

    private let title: String
    private let categories: Int
    private let mode: CategoryMode
    private let isSparse: Bool

    /// Reads `num_tokens`, `output_mode`, and `sparse`, which changes nothing here, where all arrays are dense.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        categories = arguments.int("num_tokens", in: 1...CategoryMode.greatestWidth)
        let modes: [CategoryMode] = [.multiHot, .oneHot, .count]
        let word = arguments.choice(
            "output_mode",
            among: modes.map(\.rawValue),
            default: CategoryMode.multiHot.rawValue
        )
        mode = CategoryMode(rawValue: word) ?? .multiHot
        isSparse = arguments.bool("sparse", default: false)
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("num_tokens", categories)
        json.field("output_mode", mode.rawValue)
        json.field("sparse", isSparse)
    }

    /// Numbers, `num_tokens` wide.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        if inputs.count == 2 {
            guard mode == .count else {
                throw FrontError("\(title) takes weights as a second input only in the output_mode count")
            }
            guard inputs[1].shape == inputs[0].shape, inputs[1].element != .string else {
                throw FrontError("\(title) takes weights of the numbers' shape, found \(inputs[1]) beside \(inputs[0])")
            }
        }
        let input = try Array(inputs.prefix(inputs.count == 2 ? 1 : inputs.count))
            .single(of: [.integer, .float, .byte], "whole numbers, and in mode count weights", for: title)
        return FrontType(.float, mode.shape(of: input.shape.map(Extent.init), width: Extent(categories)).map(\.value))
    }

    /// Encodes.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        var numbers: [Int] = []
        for number in try inputs[0].wholeNumbers(for: title) {
            guard let number, number >= 0, number < categories else {
                let found = number.map { "\($0)" } ?? "nothing"
                throw FrontError("\(title) takes whole numbers from 0 to \(categories - 1), found \(found)")
            }
            numbers.append(number)
        }
        guard inputs.count == 2 else { return mode.encoded(numbers, inputs[0].shape, width: categories) }
        guard let weights = inputs[1].floats, weights.count == numbers.count else {
            throw FrontError("\(title) takes as many weights as numbers, \(numbers.count)")
        }
        return mode.encoded(numbers, inputs[0].shape, width: categories, weights: weights)
    }
}
