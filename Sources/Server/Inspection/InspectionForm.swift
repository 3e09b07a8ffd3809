import HTTP
import HTTPTypes
import JSON
import NN

/// In which form a view's answer is wanted.
enum InspectionForm: Sendable {
    case json
    case safetensors
    case png(Picture.Colors, scale: Int?)

    /// The forms that a query may name.
    enum Name: String, CaseIterable, Sendable {
        case json, png, safetensors
    }

    /// The media type of a picture.
    static let pictureType = "image/png"

    /// The form that a request asks for: what its query names, else what it accepts.
    ///
    /// - Parameters:
    ///   - name: What the query names; nil for nothing.
    ///   - accept: The request's `Accept`; only one that prefers a picture to JSON gets one.
    ///   - colors: The colours of a picture.
    ///   - scale: The pixels of a number.
    init(_ name: Name?, accept: String?, _ colors: Picture.Colors, scale: Int?) {
        switch name {
        case .json: self = .json
        case .safetensors: self = .safetensors
        case .png: self = .png(colors, scale: scale)
        case nil:
            let (picture, json) = (
                Acceptance.weight(of: Self.pictureType, in: accept),
                Acceptance.weight(of: "application/json", in: accept)
            )
            self = accept != nil && picture > json ? .png(colors, scale: scale) : .json
        }
    }

    /// Refuses a form that a view hasn't, before anything is computed.
    ///
    /// - Throws: A `Problem` with 406.
    func check(_ view: any InspectionView.Type) throws(Problem) {
        guard case .png = self, !view.hasPicture else { return }
        let known = InspectionViews.drawn.joined(separator: ", ")
        throw Problem(
            .notAcceptable,
            detail: "there is no picture of \"\(view.name)\"; pictures are of \(known). Accept application/json"
        )
    }

    /// An answer in this form.
    ///
    /// - Throws: `FaultyInput` where it would be too large, a `Problem` with 406 where it has no arrays.
    func response(_ document: InspectionDocument) throws -> Response {
        let answer = document.answer
        switch self {
        case .png(let colors, let scale):
            guard let picture = answer.picture else {
                throw Problem(.notAcceptable, detail: "there is no picture of \"\(document.view)\"")
            }
            let file = try picture().png(colors, scale: scale)
            return Response(.ok, bytes: file, contentType: Self.pictureType)
        case .safetensors:
            guard !answer.arrays.isEmpty else {
                throw Problem(
                    .notAcceptable,
                    detail: "this answer of \"\(document.view)\" has no arrays for a file; accept application/json"
                )
            }
            let numbers = answer.arrays.reduce(0) { $0 + $1.tensor.volume }
            try Self.checkNumbers(numbers)
            let file = WeightsFile(answer.arrays.map { WeightsFile.Entry($0.name, $0.tensor) }).encoded()
            return Response(.ok, bytes: file, contentType: "application/octet-stream")
        case .json:
            if document.hasValues { try Self.checkNumbers(answer.numbers) }
            return .json(.ok, document)
        }
    }

    private static func checkNumbers(_ count: Int) throws(FaultyInput) {
        try InspectionBounds.check(
            count,
            InspectionBounds.numbers,
            at: "/values",
            "numbers in the answer",
            "name fewer layers, channels, units or tensors, or send \"values\": false"
        )
    }
}
