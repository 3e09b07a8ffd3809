import Foundation
import HTTP
import HTTPTypes
import JSON
import ModelStore
import NN

/// The answer to a request for inference: JSON, and behind it the outputs that are bytes.
struct InferenceAnswer {
    private let prediction: Prediction
    private let request: InferenceRequest
    fileprivate let outputs: [Output]

    fileprivate struct Output {
        let answers: OutputAnswers
        let isBinary: Bool
        /// The best classes, as texts; nil for the numbers.
        let classes: [[UInt8]]?

        /// The extents, rows first.
        var shape: [Int] {
            guard let classes else { return [answers.rows] + answers.shape.extents }
            return [answers.rows, answers.rows == 0 ? 0 : classes.count / answers.rows]
        }

        var byteCount: Int {
            classes.map { $0.reduce(0) { $0 + 4 + $1.count } } ?? answers.values.count * MemoryLayout<Float>.stride
        }
    }

    /// Where the field of the JSON's length is: in the head, or within the type where a proxy lets no other field through.
    enum LengthPlace {
        case field
        case type(String)
    }

    /// - Throws: `FaultyInput` for outputs that the model hasn't, or answers that are no tensor.
    init(_ prediction: Prediction, to request: InferenceRequest) throws(FaultyInput) {
        (self.prediction, self.request) = (prediction, request)
        guard prediction.rowShapes == nil else {
            throw FaultyInput("the answers differ in size from row to row, so they are no tensor; ask row by row")
        }
        let all = prediction.answers
        guard let wanted = request.outputs else {
            outputs = all.map { Output(answers: $0, isBinary: request.isBinary, classes: nil) }
            return
        }
        var faults = Faults()
        var outputs: [Output] = []
        for output in wanted {
            guard let answers = all.first(where: { $0.name == output.name }) else {
                faults.add(output.pointer, Suggestion.unknown("output", output.name, known: all.map(\.name)))
                continue
            }
            outputs.append(
                Output(
                    answers: answers,
                    isBinary: output.isBinary ?? request.isBinary,
                    classes: output.classes.map { answers.classification(of: $0) }
                )
            )
        }
        try faults.check()
        self.outputs = outputs
    }

    /// The answer.
    ///
    /// - Parameters:
    ///   - accept: The codings that the client takes, as its `Accept-Encoding` has them.
    ///   - place: Where the length of the JSON goes.
    /// - Returns: The answer, compressed where the client prefers that.
    func response(acceptEncoding accept: String?, length place: LengthPlace = .field) -> Response {
        var json = JSONWriter()
        let binary = outputs.filter { $0.isBinary && $0.byteCount > 0 }
        if binary.isEmpty { json.reserve(bytes: 256 + 12 * outputs.reduce(0) { $0 + $1.answers.values.count }) }
        write(to: &json)
        var bytes = json.bytes
        let headLength = bytes.count
        bytes.reserveCapacity(headLength + binary.reduce(0) { $0 + $1.byteCount })
        for output in binary { output.append(to: &bytes) }
        var fields = HTTPFields()
        var type = "application/json"
        if !binary.isEmpty {
            switch place {
            case .field:
                type = "application/octet-stream"
                fields[.inferenceHeaderLength] = String(headLength)
            case .type(let name): type = "\(name);json-header-size=\(headLength)"
            }
        }
        if let coding = AcceptedCoding.preferred(in: accept) {
            bytes = Gzip.compress(bytes, as: coding)
            fields[.contentEncoding] = coding.rawValue
        }
        var response = Response(.ok, bytes: bytes, contentType: type, fields: fields)
        response.isCompressible = false
        return response
    }

    private func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", ifPresent: request.id)
            json.field("model_name", prediction.model)
            json.field("model_version", prediction.version.description)
            if !prediction.values.allSatisfy(\.isFinite) { json.field("parameters", ["non_finite": true]) }
            json.key("outputs")
            json.array { json in
                for output in outputs {
                    json.object { json in output.write(to: &json) }
                }
            }
        }
    }
}

extension InferenceAnswer.Output {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("name", answers.name)
        json.field("datatype", classes == nil ? TensorDatatype.float.rawValue : TensorDatatype.bytes.rawValue)
        json.field("shape", shape)
        if isBinary, byteCount > 0 {
            json.field("parameters", ["binary_data_size": byteCount])
        } else if let classes {
            json.field("data", classes.map { String(decoding: $0, as: UTF8.self) })
        } else {
            json.key("data")
            answers.values.withUnsafeBufferPointer { json.write($0) }
        }
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        guard let classes else { return answers.values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        for text in classes {
            withUnsafeBytes(of: UInt32(text.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes += text
        }
    }
}

extension OutputAnswers {
    /// The best classes of each row, best first, as `VALUE:INDEX` or `VALUE:INDEX:LABEL`.
    fileprivate func classification(of count: Int) -> [[UInt8]] {
        let width = shape.volume
        var texts: [[UInt8]] = []
        for row in 0..<rows {
            let own = Array(values[row * width..<(row + 1) * width])
            let order = own.indices.sorted { (own[$1], $0) < (own[$0], $1) }
            for index in order.prefix(count) {
                let word = labels.flatMap { $0.indices.contains(index) ? ":\($0[index])" : nil } ?? ""
                texts.append(Array((String(format: "%f:%d", Double(own[index]), index) + word).utf8))
            }
        }
        return texts
    }
}

extension HTTPField.Name {
    /// How many bytes at the beginning of a body are JSON.
    static let inferenceHeaderLength = Self.known("Inference-Header-Content-Length")

    /// A name that is known to be one.
    static func known(_ name: String) -> HTTPField.Name {
        guard let made = HTTPField.Name(name) else { preconditionFailure("\"\(name)\" is no name of a field") }
        return made
    }
}

/// The coding of answers that a client prefers.
enum AcceptedCoding {
    /// The coding of the greatest weight, the first of equals.
    ///
    /// - Parameter field: The request's `Accept-Encoding`.
    /// - Returns: The coding; nil for none.
    static func preferred(in field: String?) -> ContentCoding? {
        guard let field else { return nil }
        var best: (coding: ContentCoding?, weight: Double) = (nil, 0)
        for (name, weight) in WeightedItems.read(field) where weight > best.weight {
            if name == "identity" { best = (nil, weight) }
            if let coding = ContentCoding(field: name) { best = (coding, weight) }
        }
        return best.coding
    }
}
