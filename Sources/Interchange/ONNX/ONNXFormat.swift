import NN

/// An ONNX file; it has no first bytes of its own, so it is told last.
struct ONNXFormat: ReadableFormat, WritableFormat {
    let name = "onnx"
    let title = "an ONNX file (.onnx)"
    let suffixes = [".onnx"]
    let mediaType = "application/onnx"
    let options: Set<ExportOptions.Kind> = [.opset]

    /// Whether a file begins as a `ModelProto` does: fields of its own, each of its own wire type, as far as can be seen.
    func begins(_ first: [UInt8]) -> Bool {
        var message = WireMessage(first, 0..<first.count)
        var fields = 0
        while !message.isAtEnd {
            let start = message.place
            do throws(InterchangeError) {
                guard let (field, value) = try message.next() else { break }
                guard Self.fits(value, field) else { return false }
                fields += 1
            } catch {
                // The field that reaches beyond what is seen, or beyond the end of a file that was cut: where others stand
                // before it, its reader tells what is wrong.
                guard fields > 0 || first.count >= ModelFormats.prefixBytes else { return false }
                let key = Int(first[start])
                return (fields > 0 && key >> 3 > 0) || (Self.parts.contains(key >> 3) && key & 7 == 2)
            }
        }
        return fields > 1
    }

    private static let numbers: Set = [1, 5]
    private static let parts: Set = [2, 3, 4, 6, 7, 8, 14, 20, 25]

    private static func fits(_ value: WireValue, _ field: Int) -> Bool {
        switch value {
        case .varint: numbers.contains(field)
        case .bytes: parts.contains(field)
        case .fixed32, .fixed64: false
        }
    }

    func model(
        in file: ReceivedFile,
        by reading: FileReading,
        limits: Limits
    ) throws(InterchangeError) -> ImportedModel {
        let bytes = file.bytes
        file.empty()
        var model = try ONNXReader.read(bytes, beside: file.beside)
        model.name = nil
        return model
    }

    func weights(
        in file: ReceivedFile,
        by reading: FileReading,
        for network: Network
    ) throws(InterchangeError) -> [WeightsFile.Entry] {
        throw InterchangeError(
            "an ONNX file is a whole model, whose weights have names of their own; send it to POST /models?name=NAME"
        )
    }

    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8] { try written(model).bytes }

    func written(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile {
        try model.requireNetworkAlone()
        let file = try ONNXWriter.write(
            model.network,
            weights: model.weights,
            opset: model.options.opset ?? ONNXWriter.standardOpset,
            name: model.name
        )
        return ExportedFile(bytes: file.bytes, notes: file.notes)
    }
}
