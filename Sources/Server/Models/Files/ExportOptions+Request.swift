import HTTP
import HTTPTypes
import Interchange

extension ExportOptions {
    /// What a request says of a file of a format.
    ///
    /// - Throws: `Problem` 400 for a value that isn't known, and for an option that says nothing of the format.
    init(_ request: Request, for format: any WritableFormat) throws {
        let form = try WeightsForm(request)
        self.init(modules: form.modules, element: form.element, opset: try request[.opset])
        guard let useless = kinds.subtracting(format.options).map(\.rawValue).min() else { return }
        let formats = ModelFormats.writable.filter { $0.options.contains { $0.rawValue == useless } }.map(\.name)
        throw Problem(
            .badRequest,
            detail:
                "query parameter \"\(useless)\": format=\(format.name) has none; it goes with \(formats.joined(separator: ", "))"
        )
    }
}

extension RouteParameter where Value == Int? {
    /// Which set of ONNX's operators a file uses.
    static let opset = RouteParameter(
        Parameter(
            "opset",
            in: .query,
            .integer(ONNXWriter.opsets),
            "Of format `onnx`, the set of operators; 17 where nothing is said"
        )
    ) { text in
        guard let text else { return nil }
        guard let number = Int(text), ONNXWriter.opsets.contains(number) else {
            throw Problem(
                .badRequest,
                detail:
                    "query parameter \"opset\": expected \(ONNXWriter.opsets.lowerBound) to \(ONNXWriter.opsets.upperBound), found \"\(text)\""
            )
        }
        return number
    }
}
