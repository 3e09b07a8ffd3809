import HTTP
import HTTPTypes
import JSON
import NN

extension Prediction {
    /// The answer in the form that the client asked for: JSON, or the numbers alone as an array of NumPy.
    ///
    /// - Parameter accept: The request's `Accept`; only one that prefers an array to JSON gets one.
    /// - Returns: The answer.
    /// - Throws: A `Problem` with 406 where several outputs would be one array.
    func response(accept: String?) throws(Problem) -> Response {
        let array = PredictionBody.array
        let weights = (
            array: Acceptance.weight(of: array, in: accept),
            json: Acceptance.weight(of: "application/json", in: accept)
        )
        guard accept != nil, weights.array > weights.json else { return .json(.ok, self) }
        guard outputs.count == 1 else {
            if weights.json > 0 { return .json(.ok, self) }
            let names = outputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw Problem(
                .notAcceptable,
                detail:
                    "Accept: the model has \(outputs.count) outputs, \(names), which are no one array; accept application/json"
            )
        }
        guard rowShapes == nil else {
            if weights.json > 0 { return .json(.ok, self) }
            throw Problem(
                .notAcceptable,
                detail: "Accept: the answers differ in size, so that they are no one array; accept application/json"
            )
        }
        return Response(.ok, bytes: npy([rows] + outputs[0].shape.extents), contentType: array)
    }

    /// The answers as a file of NumPy, version 1.0: `<f4` in C order, the header filled up to a multiple of 64 bytes
    /// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
    private func npy(_ extents: [Int]) -> [UInt8] {
        let shape = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
        var header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }".utf8)
        let before = 10
        header += [UInt8](repeating: 0x20, count: 63 - (before + header.count) % 64) + [0x0A]
        var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)]
        bytes.reserveCapacity(before + header.count + values.count * MemoryLayout<Float>.size)
        bytes += header
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }
}
