import JSON
import NN

/// An array with what there is to say of its numbers.
struct ArrayDocument: Sendable, JSONWritable {
    /// The array, without the batch.
    let tensor: Tensor
    /// Whether its numbers are told.
    let hasValues: Bool

    private let least: Float?
    private let greatest: Float?
    private let mean: Float?
    private let deviation: Float?
    private let zeros: Double
    private let nonfinite: Int

    /// An array; its statistics are of the numbers that are finite.
    init(_ tensor: Tensor, hasValues: Bool) {
        (self.tensor, self.hasValues) = (tensor, hasValues)
        var (least, greatest) = (Float.infinity, -Float.infinity)
        var (count, zeros, sum) = (0, 0, 0.0)
        for number in tensor.values where number.isFinite {
            count += 1
            if number == 0 { zeros += 1 }
            (least, greatest) = (min(least, number), max(greatest, number))
            sum += Double(number)
        }
        let mean = sum / Double(max(count, 1))
        var squares = 0.0
        for number in tensor.values where number.isFinite {
            squares += (Double(number) - mean) * (Double(number) - mean)
        }
        nonfinite = tensor.volume - count
        self.zeros = tensor.volume == 0 ? 0 : Double(zeros) / Double(tensor.volume)
        (self.least, self.greatest) = count == 0 ? (nil, nil) : (least, greatest)
        self.mean = count == 0 ? nil : Float(mean)
        deviation = count == 0 ? nil : Float((squares / Double(count)).squareRoot())
    }

    func write(to json: inout JSONWriter) { json.object { writeFields(to: &$0) } }

    /// Writes its members into an object.
    func writeFields(to json: inout JSONWriter) {
        json.field("shape", tensor.shape.extents)
        json.field("minimum", least)
        json.field("maximum", greatest)
        json.field("mean", mean)
        json.field("std", deviation)
        json.field("zeros", zeros)
        json.field("nonfinite", nonfinite)
        guard hasValues else { return }
        json.key("values")
        tensor.values.withUnsafeBufferPointer { json.write($0, shape: tensor.shape.extents) }
    }
}
