import JSON

extension JSONWriter {
    /// Writes row-major numbers as arrays nested by `shape`, with the words `NaN`, `Infinity` and `-Infinity` for those
    /// that JSON has none for: what TensorFlow Serving and MLflow write, and their clients read.
    ///
    /// - Parameters:
    ///   - values: The numbers, as many as the product of the extents.
    ///   - shape: The extents.
    mutating func writeTokens(_ values: ArraySlice<Float>, shape: ArraySlice<Int>) {
        if values.allSatisfy(\.isFinite) {
            return values.withUnsafeBufferPointer { write($0, shape: Array(shape)) }
        }
        guard let extent = shape.first else {
            let value = values.first ?? 0
            guard !value.isFinite else { return write(value) }
            return raw((value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity").utf8)
        }
        let stride = extent == 0 ? 0 : values.count / extent
        array { json in
            for row in 0..<extent {
                let begin = values.startIndex + row * stride
                json.writeTokens(values[begin..<begin + stride], shape: shape.dropFirst())
            }
        }
    }
}
