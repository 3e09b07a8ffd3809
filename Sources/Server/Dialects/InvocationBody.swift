import Features
import HTTP
import HTTPTypes
import JSON
import NN

/// The body of an invocation, by what it says that it is: JSON in one of MLflow's forms, or one of SageMaker's.
enum InvocationBody: Sendable {
    /// JSON.
    case frame(MLflowFrame)
    /// Rows in another form than JSON, a line or a record each.
    case rows(SageMakerRows)
    /// What `POST /predict` takes beside JSON: a file, an array, a form.
    case native(PredictionRequest)

    /// Reads a body; one without a type is JSON.
    ///
    /// - Throws: `JSONSyntaxError`, `FaultyInput`, or a `Problem` with 415 for a body that is not taken.
    init(_ request: Request) async throws {
        if let charset = request.mediaTypeParameter("charset"), charset.lowercased() != "utf-8" {
            throw Problem(.unsupportedMediaType, detail: "Content-Type: the charset has to be utf-8, found \(charset)")
        }
        switch request.mediaType {
        case nil, "application/json", "application/x-www-form-urlencoded":
            self = .frame(try MLflowFrame(try await request.anyJSON()))
        case "text/csv":
            let header = request.mediaTypeParameter("header")?.lowercased()
            let hasHeader = header == "present" ? true : header == "absent" ? false : nil
            self = .rows(try SageMakerRows(csv: try await request.bytes(), hasHeader: hasHeader))
        case "application/jsonlines", "application/jsonl", "application/x-ndjson":
            self = .rows(try SageMakerRows(lines: try await request.bytes()))
        case let type? where type.hasPrefix("image/") || type.hasPrefix("audio/") || Self.others.contains(type):
            // The model is named beside the body, whatever it is.
            self = .native(try await PredictionBody.request(of: request, model: "", version: nil))
        case let type?:
            throw Problem(
                .unsupportedMediaType,
                detail: "Content-Type: expected \(Self.types.joined(separator: ", ")), found \(type)",
                fields: [.accept: Self.types.joined(separator: ", ")]
            )
        }
    }

    private static let others = [PredictionBody.array, "application/octet-stream", "text/plain", "multipart/form-data"]

    private static let types = ["application/json", "text/csv", "application/jsonlines", PredictionBody.array]

    /// The rows as a model takes them.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws -> InstanceRows {
        switch self {
        case .frame(let frame): try frame.values(for: model)
        case .rows(let rows): try rows.values(for: model)
        case .native(let request): try request.values(for: model)
        }
    }
}

/// The answers to an invocation.
struct InvocationAnswer {
    private let prediction: Prediction

    /// The answers of a model.
    init(_ prediction: Prediction) { self.prediction = prediction }

    /// The forms in which answers are given, the first for who has no preference.
    private static let forms = ["application/json", "text/csv", "application/jsonlines", PredictionBody.array]

    /// The answers in the form that the client prefers.
    ///
    /// - Throws: A `Problem` with 406 where several outputs would be one array.
    func response(accept: String?) throws(Problem) -> Response {
        let weights = Self.forms.map { Acceptance.weight(of: $0, in: accept) }
        let best = weights.indices.max { (weights[$0], $1) < (weights[$1], $0) } ?? 0
        switch weights[best] > 0 ? best : 0 {
        case 1:
            let rows = prediction.numbersByRow.map { $0.map(Self.text).joined(separator: ",") }
            return Response(.ok, bytes: Array((rows.joined(separator: "\n") + "\n").utf8), contentType: Self.forms[1])
        case 2:
            var bytes: [UInt8] = []
            prediction.forEachRow { row in
                var json = JSONWriter(appendingTo: bytes)
                row(&json)
                bytes = json.bytes + [0x0A]
            }
            return Response(.ok, bytes: bytes, contentType: Self.forms[2])
        case 3: return try prediction.response(accept: PredictionBody.array)
        default:
            return .json(.ok) { json in
                json.object { json in
                    json.key("predictions")
                    prediction.writeRows(to: &json)
                }
            }
        }
    }

    private static func text(_ number: Float) -> String {
        number.isFinite ? "\(number)" : number.isNaN ? "nan" : number > 0 ? "inf" : "-inf"
    }
}

extension Prediction {
    /// All numbers of each row, one output behind the other.
    fileprivate var numbersByRow: [ArraySlice<Float>] {
        rowPredictions.flatMap { part in
            let width = part.outputs.reduce(0) { $0 + $1.shape.volume }
            return (0..<part.rows).map { part.values[$0 * width..<($0 + 1) * width] }
        }
    }
}
