import JSON
import ModelStore
import NN

/// Where the rows of a training request stand: in its body, or in a stored dataset.
struct RowPlace {
    private let request: TrainingRequest
    /// The row from which on they came as a validation set.
    private let firstValidationRow: Int?

    /// - Parameters:
    ///   - request: The request.
    ///   - options: Its options, with the rows of a validation set.
    ///   - rows: How many rows there are, those of the validation set included.
    init(request: TrainingRequest, options: TrainingOptions, rows: Int) {
        self.request = request
        firstValidationRow = request.validation == nil ? nil : options.firstValidationRow(of: rows)
    }

    /// A fault of a row.
    ///
    /// - Parameters:
    ///   - key: `x` or `y`.
    ///   - name: The input's or the output's name, of which there may be several.
    ///   - part: The part of the dataset.
    ///   - row: The row in it.
    ///   - problem: What is wrong.
    /// - Returns: The fault with its pointer.
    func fault(in key: String, _ name: String?, _ part: DatasetPart, _ row: Int, _ problem: String) -> Fault {
        guard let (pointer, _, own) = body(key, name, row) else {
            return Fault(pointer: "/dataset", detail: "\(Self.words(part, row)): \(problem)")
        }
        return Fault(pointer: "\(pointer)/\(own)", detail: problem)
    }

    /// A fault of one number of a row.
    ///
    /// - Parameters:
    ///   - key: `x` or `y`.
    ///   - name: The input's or the output's name, of which there may be several.
    ///   - part: The part of the dataset.
    ///   - row: The row in it.
    ///   - place: The number's place in the row.
    ///   - shape: The extents of a row.
    ///   - problem: Says what is wrong, given the number as the client wrote it, where that is known.
    /// - Returns: The fault with its pointer.
    func fault(
        in key: String,
        _ name: String?,
        _ part: DatasetPart,
        _ row: Int,
        numberAt place: Int,
        shape: [Int],
        _ problem: (String?) -> String
    ) -> Fault {
        guard let (pointer, rows, own) = body(key, name, row) else {
            let detail = "\(Self.words(part, row)), number \(place) of its input: \(problem(nil))"
            return Fault(pointer: "/dataset", detail: detail)
        }
        let volume = shape.reduce(1, *)
        let number = rows.number(at: own * volume + place, shape: [rows.count] + shape)
        return Fault(pointer: number?.pointer ?? "\(pointer)/\(own)", detail: problem(number?.summary))
    }

    /// The rows in the body, their pointer, and which of them a row is; nil for a stored dataset.
    private func body(_ key: String, _ name: String?, _ row: Int) -> (pointer: String, rows: JSONValue, row: Int)? {
        guard case .inline(let data) = request.source else { return nil }
        let isValidation = firstValidationRow.map { row >= $0 } ?? false
        let own = isValidation ? row - (firstValidationRow ?? 0) : row
        guard let all = (isValidation ? request.validation : data)?[key] else { return nil }
        let rows = all.kind == .object ? name.flatMap { all[$0] } ?? all : all
        return (rows.pointer, rows, own)
    }

    private static func words(_ part: DatasetPart, _ row: Int) -> String {
        "\(part == .train ? "row" : "\(part.rawValue) row") \(row)"
    }
}
