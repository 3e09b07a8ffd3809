/// How large a network may be; refused before anything is allocated.
public struct Limits: Sendable, Equatable {
    /// The most weights, at 4 bytes each.
    public let parameters: Int
    /// The most numbers in a sample, in a layer's result for one, and in all results for one together.
    public let activations: Int

    /// Limits, each from 1 to 2³⁰.
    public init(parameters: Int = 1 << 28, activations: Int = 1 << 26) {
        let allowed = 1...1 << 30
        precondition(allowed.contains(parameters) && allowed.contains(activations), "a limit out of range")
        self.parameters = parameters
        self.activations = activations
    }

    /// 268,435,456 weights, 1 GiB of them, and 67,108,864 numbers of a sample's results.
    public static let standard = Limits()
}

extension Shape {
    /// The number of elements if it is at most `limit`; nil above, also where the product would overflow.
    func volume(upTo limit: Int) -> Int? {
        if extents.contains(0) { return 0 }
        var volume = 1
        for extent in extents {
            let (product, overflow) = volume.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= limit else { return nil }
            volume = product
        }
        return volume
    }
}
