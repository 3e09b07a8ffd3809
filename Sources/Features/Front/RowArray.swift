/// Rows that came as an array of NumPy, whose first axis counts them.
public struct RowArray: Sendable {
    private let column: ArrayColumn

    /// The extents, rows first.
    public var shape: [Int] { column.shape }

    /// Whether bytes begin as a file of NumPy does.
    public static func isArray(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: NPYHeader.magic) }

    /// Reads the header of a file of NumPy: numbers of any kind and order, or words.
    ///
    /// - Throws: `FrontError` for bytes that are no such file, or one that was cut short.
    public init(_ bytes: [UInt8]) throws(FrontError) {
        guard Self.isArray(bytes) else {
            throw FrontError("expected an array of NumPy (numpy.save), found bytes that don't begin as one")
        }
        do {
            column = try ArrayColumn("", SpooledBytes(bytes))
        } catch DatasetFormatError.content(_, let detail) {
            throw FrontError(detail)
        } catch {
            throw FrontError("\(error)")
        }
    }

    /// How many rows it has for an input: as many as its first axis, or one where it has the input's own extents.
    ///
    /// - Throws: `FrontError` where its extents are neither.
    public func count(for input: RawInput) throws(FrontError) -> Int {
        let extents = input.shape
        func fits(_ found: some Collection<Int>) -> Bool {
            found.count == extents.count && zip(found, extents).allSatisfy { $1 == nil || $0 == $1 }
        }
        if fits(shape.dropFirst()) { return shape[0] }
        if fits(shape) { return 1 }
        // A single number stands for an input of one, and a row of numbers for rows of one.
        if extents == [1], shape.count == 1 { return shape[0] }
        if extents.isEmpty, shape.count == 2, shape[1] == 1 { return shape[0] }
        let wanted = (["rows"] + extents.map { $0.map(String.init) ?? "any" }).joined(separator: ", ")
        throw FrontError("the input \"\(input.name)\" takes an array of [\(wanted)], found \(shape)")
    }

    /// The value of an input for a row.
    ///
    /// - Parameters:
    ///   - input: The input, whose extents `count(for:)` has found to fit.
    ///   - row: Which row, from 0.
    ///   - count: How many rows there are.
    /// - Returns: The value.
    /// - Throws: `FrontError` for words where the input takes numbers, or the other way round.
    public func value(of input: RawInput, row: Int, of count: Int) throws(FrontError) -> FrontValue {
        let isWhole = count == 1 && shape.count == input.shape.count && !shape.isEmpty && input.shape != [1]
        let rows = isWhole ? 0..<shape[0] : row..<row + 1
        var extents = isWhole ? shape : Array(shape.dropFirst())
        if extents.count != input.shape.count { extents = input.shape.compactMap { $0 } }
        return try value(of: input, rows: rows, extents)
    }

    /// The values of several inputs of one number each, which are a row's columns in their order.
    ///
    /// - Throws: `FrontError` for an array of other extents, or an input of anything else.
    public func values(of inputs: [RawInput], row: Int) throws(FrontError) -> [FrontValue] {
        guard shape.count == 2, shape[1] == inputs.count else {
            throw FrontError(
                "the model takes \(inputs.count) inputs, so an array of [rows, \(inputs.count)] was expected, found \(shape)"
            )
        }
        for input in inputs where !(input.kind == .float32 || input.kind == .int32) || input.type.volume != 1 {
            throw FrontError(
                "the input \"\(input.name)\" is no single number; send multipart/form-data with a part for each input"
            )
        }
        let numbers = try value(of: inputs[0], rows: row..<row + 1, [inputs.count]).floats ?? []
        var values: [FrontValue] = []
        for (input, number) in zip(inputs, numbers) {
            values.append(FrontValue(.floats([number]), input.shape.compactMap { $0 }))
        }
        return values
    }

    private func value(of input: RawInput, rows: Range<Int>, _ extents: [Int]) throws(FrontError) -> FrontValue {
        do {
            guard input.kind != .string else {
                guard column.type.isText else {
                    throw FrontError("the input \"\(input.name)\" takes words, found numbers")
                }
                return FrontValue(.strings(try column.words(rows)), extents)
            }
            guard !column.type.isText, column.dateUnit == nil else {
                let found = column.dateUnit == nil ? "words" : "dates"
                throw FrontError("the input \"\(input.name)\" takes \(input.kind.rawValue), found \(found)")
            }
            let numbers = try column.floats(rows)
            guard input.kind == .int32, numbers.allSatisfy({ Int(exactly: $0) != nil }) else {
                return FrontValue(.floats(numbers), extents)
            }
            return FrontValue(.integers(numbers.map { Int($0) }), extents)
        } catch let error as FrontError {
            throw error
        } catch {
            throw FrontError("\(error)")
        }
    }
}
