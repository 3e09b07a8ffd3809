import Features

/// A sink that keeps everything in memory.
final class RowLog: RowSink {
    private(set) var inputs: [Float] = []
    private(set) var targets: [Float] = []
    private(set) var testInputs: [Float] = []
    private(set) var testTargets: [Float] = []

    func appendInputs(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) {
        if part == .train { inputs += values } else { testInputs += values }
    }

    func appendTargets(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) {
        if part == .train { targets += values } else { testTargets += values }
    }

    func mapTargets(_ transform: (Float) -> Float) {
        targets = targets.map(transform)
        testTargets = testTargets.map(transform)
    }
}

/// `bytes` cut into pieces of `size`.
func pieces(_ bytes: [UInt8], of size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
}

/// Reads a whole CSV text.
func readCSV(
    _ text: String,
    _ parameters: [String: String] = [:],
    into log: RowLog = RowLog()
) throws -> ImportedDataset {
    var reader = CSVReader(try ImportOptions(parameters: parameters))
    try reader.read(Array(text.utf8)[...], into: log)
    return try reader.finish(into: log)
}

/// The sentence with which a CSV text is refused.
func refusedCSV(_ text: String, _ parameters: [String: String] = [:]) -> String {
    do {
        return "taken: \(try readCSV(text, parameters))"
    } catch let error as DatasetFormatError {
        return error.description
    } catch {
        return "another error: \(error)"
    }
}
