import JSON

/// Keras's `Reshape`: the same elements in the same order under other extents, of which one may be -1 and follows.
///
/// As a front layer it makes a picture of one channel of a spectrogram, also where recordings differ in length.
struct ReshapeFrontLayer: FrontLayer {
    /// Keras's class name.
    static let name = "Reshape"

    private let title: String
    private let target: [Int]

    /// Reads `target_shape`.
    init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        target = arguments.ints("target_shape", in: -1...1 << 24, count: 0...6)
        for (place, extent) in target.enumerated() where extent == 0 {
            arguments.faults.add(
                "\(arguments.pointer)/target_shape/\(place)",
                "expected -1 or a positive integer, found 0"
            )
        }
        if target.count(where: { $0 == -1 }) > 1 {
            arguments.fault(at: "target_shape", "expected -1 at most once, found \(target)")
        }
    }

    /// Writes `target_shape`.
    func write(to json: inout JSONWriter) { json.field("target_shape", target) }

    /// The same elements; null is an extent that follows from one that is null.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        guard inputs.count == 1 else { throw FrontError("\(title) takes one input, found \(inputs.count)") }
        guard let volume = inputs[0].volume else {
            return FrontType(inputs[0].element, target.map { $0 == -1 ? nil : $0 })
        }
        return FrontType(inputs[0].element, try shape(ofVolume: volume))
    }

    /// Gives the row its extents.
    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        FrontValue(inputs[0].content, try shape(ofVolume: inputs[0].count))
    }

    private func shape(ofVolume volume: Int) throws(FrontError) -> [Int] {
        var known = 1
        for extent in target where extent > 0 {
            let (product, overflows) = known.multipliedReportingOverflow(by: extent)
            guard !overflows else { throw mismatch(volume) }
            known = product
        }
        guard volume % known == 0, target.contains(-1) || known == volume else { throw mismatch(volume) }
        return target.map { $0 == -1 ? volume / known : $0 }
    }

    private func mismatch(_ volume: Int) -> FrontError {
        FrontError("\(title) takes as many elements as \(target) holds, found \(volume)")
    }
}
