/// How large a network may be; refused before anything is allocated.
public struct Limits: Sendable, Equatable {
    /// The most weights, at 4 bytes each.
    public let parameters: Int
    /// The most numbers in a sample, in a layer's result for one, and in all results for one together.
    public let activations: Int
    /// The most numbers in the results of all layers for the samples of one batch of training.
    public let batchActivations: Int

    /// What a limit on weights or on the results of a sample may be.
    public static let allowed = 1...1 << 30
    /// What a limit on the results of a batch may be.
    public static let allowedForBatch = 1...1 << 40

    /// Limits in the allowed ranges.
    public init(parameters: Int = 1 << 28, activations: Int = 1 << 26, batchActivations: Int = 1 << 32) {
        precondition(
            Self.allowed.contains(parameters) && Self.allowed.contains(activations)
                && Self.allowedForBatch.contains(batchActivations),
            "a limit out of range"
        )
        self.parameters = parameters
        self.activations = activations
        self.batchActivations = batchActivations
    }

    /// 268,435,456 weights, 1 GiB of them; 67,108,864 numbers of a sample's results; 16 GiB of a batch's.
    public static let standard = Limits()
}

/// How much memory so many float32 numbers take, in words.
func memoryText(ofNumbers count: Int) -> String {
    let bytes = Double(count) * 4
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (size, unit) = (bytes / 1024, 0)
    while size >= 1024, unit < units.count - 1 { (size, unit) = (size / 1024, unit + 1) }
    return "\((size * 10).rounded() / 10) \(units[unit])"
}

extension Shape {
    /// The number of elements with `count` others, in words, with the memory that they take.
    func estimate(with count: Int) -> String {
        guard let volume = volume(upTo: Int.max - count) else { return "more than \(Int.max)" }
        return "\(count + volume) (\(memoryText(ofNumbers: count + volume)))"
    }

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
