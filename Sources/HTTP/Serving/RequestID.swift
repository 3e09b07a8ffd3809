import Synchronization

/// Ids that tell the requests of one process, and with high probability of all processes, apart.
final class RequestIDSource: Sendable {
    private static let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
    private static let length = 12

    private let next: Atomic<UInt64>

    init() {
        next = Atomic(UInt64.random(in: 0 ... .max))
    }

    /// Twelve digits of base 32; consecutive ids look unlike one another.
    func make() -> String {
        let number = next.wrappingAdd(1, ordering: .relaxed).newValue
        // A product with an odd number is a permutation of the 60 bits that are shown.
        var bits = number &* 0x9E37_79B9_7F4A_7C15
        return String(unsafeUninitializedCapacity: Self.length) { buffer in
            for index in 0..<Self.length {
                buffer[index] = Self.digits[Int(bits & 31)]
                bits >>= 5
            }
            return Self.length
        }
    }

    /// Whether a client's id can go into a log and a field as it is.
    static func isSound(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy(Grammar.isToken)
    }
}
