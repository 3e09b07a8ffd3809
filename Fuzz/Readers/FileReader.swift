import Features
import Foundation
import Interchange
import JSON
import NN

/// A reader of files that strangers send, fuzzed by itself.
enum FileReader: String, CaseIterable {
    case jpeg, png, webp, wav, zip, csv, json, ndjson, array, text, onnx, definition

    /// Reads a file in every way there is; errors in words are what most files give.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - choice: Which of several ways is taken, and where the file is cut into pieces.
    func read(_ bytes: [UInt8], choice: Int) {
        switch self {
        case .jpeg, .png, .webp: Self.readPicture(bytes, choice)
        case .wav: Self.readRecording(bytes, choice)
        case .zip: Self.readTable(bytes, .zip, choice)
        case .csv:
            Self.readTable(bytes, .csv, choice)
            Self.readRows(bytes, choice)
        case .json:
            Self.readTable(bytes, .json, choice)
            var reader = try? JSONRowsReader()
            reader?.read(bytes[...])
            _ = try? reader?.finish(into: Sink())
        case .ndjson: Self.readTable(bytes, .jsonLines, choice)
        case .array:
            Self.readTable(bytes, .array, choice)
            Self.readArrays(bytes, choice)
        case .text: Self.readTable(bytes, .text, choice)
        case .onnx: Self.readONNX(bytes, choice)
        case .definition: Self.readDefinition(bytes)
        }
    }

    // MARK: Pictures and sounds

    private static func readPicture(_ bytes: [UInt8], _ choice: Int) {
        let channels = [nil, 1, 3, 4][choice % 4]
        do throws(PictureError) {
            let header = try PictureHeader(reading: bytes)
            let picture = try Picture(decoding: bytes, channels: channels)
            precondition(picture.width == header.width && picture.height == header.height, "another size")
            precondition(
                picture.pixels.count == picture.width * picture.height * picture.channels,
                "pixels are missing"
            )
            precondition(picture.channels == channels ?? header.channels, "other channels")
        } catch {
            precondition(!error.description.isEmpty && (0...bytes.count).contains(error.byte ?? 0), "an empty error")
        }
        let input = RawInput(name: "x", kind: .image, shape: [8, 5, channels ?? 3])
        if let value = try? input.value(ofFile: bytes) { precondition(value.shape == [8, 5, channels ?? 3]) }
    }

    private static func readRecording(_ bytes: [UInt8], _ choice: Int) {
        let shapes: [[Int?]] = [[nil], [1000], [nil, 1], [100, 2]]
        let input = RawInput(name: "x", kind: .audio, shape: shapes[choice % 4], sampleRate: 16_000)
        _ = try? input.value(ofFile: bytes)
        guard let recording = try? Recording(wav: bytes) else { return }
        precondition(recording.floats.allSatisfy(\.isFinite), "a sample is no number")
        precondition(recording.floats.count == recording.frames * recording.channels, "samples are left over")
    }

    // MARK: Models

    /// Reads an ONNX file; a model that comes of it has the weights that its network takes, and is written again.
    private static func readONNX(_ bytes: [UInt8], _ choice: Int) {
        do throws(InterchangeError) {
            let model = try ONNXReader.read(bytes)
            guard let definition = try? ModelDefinition(model.definition), let network = try? Network(definition) else {
                return
            }
            let given = Dictionary((model.weights ?? []).map { ($0.name, $0.tensor) }) { first, _ in first }
            let weights = zip(network.parameters, network.initialWeights()).map { parameter, initial in
                let tensor = given[parameter.name] ?? initial
                precondition(tensor.shape == parameter.shape, "\(parameter.name) has another shape")
                return tensor
            }
            if choice.isMultiple(of: 4) { _ = try ONNXWriter.write(network, weights: weights, name: "m") }
        } catch {
            precondition(error.faults.allSatisfy { !$0.message.isEmpty }, "an empty error")
        }
    }

    /// Reads a definition in this program's form or Keras's.
    private static func readDefinition(_ bytes: [UInt8]) {
        guard let json = try? JSONDocument(parsing: bytes, maximumDepth: 256).root else { return }
        do throws(FaultyInput) {
            let network = try Network(ModelDefinition(json))
            let again = try? JSONDocument(parsing: network.definition.written, maximumDepth: 256).root
            precondition(again.flatMap { try? ModelDefinition($0) } != nil, "what is written can't be read again")
        } catch {
            precondition(error.faults.allSatisfy { !$0.description.isEmpty }, "an empty error")
        }
        if let text = KerasText(json) { _ = try? ModelDefinition(text.definition) }
    }

    // MARK: Tables

    /// Reads a table whole and in pieces, which must give the same.
    private static func readTable(_ bytes: [UInt8], _ form: TableUploadOptions.Form, _ choice: Int) {
        var options = TableUploadOptions()
        options.form = choice.isMultiple(of: 2) ? form : nil
        options.rowsAreLines = choice % 4 < 2
        options.maximumBytes = 1 << 20
        let whole = outcome(bytes, options, pieces: bytes.count)
        let cut = outcome(bytes, options, pieces: choice % 7 + 1)
        precondition(whole == cut, "cut into pieces of \(choice % 7 + 1): \(cut), whole: \(whole)")
    }

    /// What comes of a table, or the sentence by which it is refused.
    private static func outcome(_ bytes: [UInt8], _ options: TableUploadOptions, pieces: Int) -> String {
        let upload = TableUpload(options, temporaryFolder: NSTemporaryDirectory())
        do {
            for start in stride(from: 0, to: bytes.count, by: max(pieces, 1)) {
                try upload.read(Array(bytes[start..<min(start + pieces, bytes.count)]))
            }
            let table = try upload.finish()
            var rows = 0
            var values = 0
            try table.forEachBlock { block in
                precondition(block.count == table.columns.count, "a column is missing")
                precondition(block.allSatisfy { $0.count == block[0].count }, "columns of two lengths")
                rows += block.first?.count ?? 0
                values += block.count
            }
            precondition(rows == table.rows || table.columns.isEmpty, "the table has not the rows that it says")
            return "\(table.rows) rows, \(table.columns), \(table.notes)"
        } catch {
            precondition(!"\(error)".isEmpty, "an empty error")
            return "\(error)"
        }
    }

    /// Reads CSV as rows of numbers, whole and in pieces.
    private static func readRows(_ bytes: [UInt8], _ choice: Int) {
        for pieces in [max(bytes.count, 1), choice % 7 + 1] {
            var reader = CSVReader()
            let sink = Sink()
            do {
                for start in stride(from: 0, to: bytes.count, by: pieces) {
                    try reader.read(bytes[start..<min(start + pieces, bytes.count)], into: sink)
                }
                let dataset = try reader.finish(into: sink)
                let inputs = dataset.inputShape.reduce(dataset.rows, *)
                precondition(sink.inputs == inputs, "\(sink.inputs) numbers, and \(inputs) by what is said")
            } catch {}
        }
    }

    /// Reads arrays as parts of a form and as an archive.
    private static func readArrays(_ bytes: [UInt8], _ choice: Int) {
        let pieces = choice % 7 + 1
        if var reader = try? NPZReader() {
            _ = try? {
                for start in stride(from: 0, to: bytes.count, by: pieces) {
                    try reader.read(bytes[start..<min(start + pieces, bytes.count)], into: Sink())
                }
                _ = try reader.finish(into: Sink())
            }()
        }
        guard var reader = try? ArrayUploadReader() else { return }
        _ = try? {
            for name in ["y", "x"] {
                try reader.beginPart(named: name)
                try reader.read(bytes[...], into: Sink())
                try reader.endPart()
            }
            _ = try reader.finish(into: Sink())
        }()
    }
}

/// Counts the numbers that come.
private final class Sink: RowSink {
    private(set) var inputs = 0

    func appendInputs(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) {
        if part == .train { inputs += values.count }
    }
    func appendTargets(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) {}
    func mapTargets(_ transform: (Float) -> Float) {}
}
