import Features
import NN

/// What a row of a network is: the numbers of its inputs one after the other.
struct NetworkRow: Sendable {
    /// How many numbers there are.
    let width: Int
    /// What those must be that the network looks up in tables.
    private let rules: [(rule: IndexRule, range: Range<Int>)]

    /// The rows of a network.
    ///
    /// - Parameters:
    ///   - shapes: The extents of its inputs.
    ///   - indexRules: What it looks up.
    init(_ shapes: [Shape], _ indexRules: [IndexRule]) {
        var (begin, ranges) = (0, [Range<Int>]())
        for shape in shapes {
            ranges.append(begin..<begin + shape.volume)
            begin += shape.volume
        }
        width = begin
        rules = indexRules.map { ($0, ranges[$0.input]) }
    }

    /// Writes the values of a row's inputs.
    ///
    /// - Parameters:
    ///   - values: What the front gave, one value an input.
    ///   - memory: Where the numbers go, as many as `width`.
    /// - Throws: `FrontError` where there are more or fewer, one isn't finite, or is none that the network looks up.
    func write(_ values: [FrontValue], to memory: UnsafeMutablePointer<Float>) throws(FrontError) {
        let count = values.reduce(0) { $0 + $1.count }
        guard count == width else {
            throw FrontError("the row has \(count) numbers where the model takes \(width)")
        }
        var place = 0
        for value in values {
            switch value.content {
            case .floats(let numbers):
                numbers.withUnsafeBufferPointer { source in
                    guard let base = source.baseAddress else { return }
                    (memory + place).update(from: base, count: source.count)
                }
                guard Self.areFinite(memory + place, numbers.count) else {
                    throw FrontError(
                        numbers.contains { $0.isNaN }
                            ? "a value is missing, and nothing fills it; put an Imputation before the first trained layer"
                            : "a value is infinite"
                    )
                }
                place += numbers.count
            case .bytes(let bytes):
                for byte in bytes {
                    memory[place] = Float(byte)
                    place += 1
                }
            case .integers(let integers):
                for integer in integers {
                    memory[place] = Float(integer)
                    place += 1
                }
            case .strings: throw FrontError("the model's first trained layer takes numbers, found words")
            }
        }
        for (rule, range) in rules {
            guard let place = range.first(where: { !rule.allows(memory[$0]) }) else { continue }
            throw FrontError(rule.problem(with: "\(memory[place])"))
        }
    }

    /// Whether no number is infinite or none at all: such a one times zero is no number, and stays so in a sum.
    static func areFinite(_ numbers: UnsafePointer<Float>, _ count: Int) -> Bool {
        let raw = UnsafeRawPointer(numbers)
        var sums = SIMD8<Float>.zero
        var place = 0
        while place + 8 <= count {
            sums += raw.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self) * 0
            place += 8
        }
        while place < count {
            sums[0] += numbers[place] * 0
            place += 1
        }
        return sums == .zero
    }
}
