/// A picture on its way through layers: numbers, row-major, the channels of a pixel beside each other.
struct FloatPicture: Equatable {
    let height: Int
    let width: Int
    let channels: Int
    var pixels: [Float]

    /// A picture of the same extents, each number changed.
    @inline(__always)
    func mapped(_ change: (Float) -> Float) -> FloatPicture {
        var result = self
        result.pixels = Array(mapping: pixels, change)
        return result
    }

    /// A picture of the same extents, each number changed by its channel's two parameters.
    @inline(__always)
    func mapped(_ parameters: [(Float, Float)], _ change: (Float, Float, Float) -> Float) -> FloatPicture {
        // A row of each, so that one loop without a division goes over all.
        let row = width * channels
        let first = (0..<row).map { parameters[$0 % channels].0 }
        let second = (0..<row).map { parameters[$0 % channels].1 }
        var result = self
        result.pixels = [Float](unsafeUninitializedCapacity: pixels.count) { target, count in
            count = pixels.count
            pixels.withUnsafeBufferPointer { source in
                first.withUnsafeBufferPointer { first in
                    second.withUnsafeBufferPointer { second in
                        guard let from = source.baseAddress, let to = target.baseAddress else { return }
                        for start in stride(from: 0, to: source.count, by: row) {
                            // Pointers, since sums of places are checked one by one, which no vector is.
                            let (read, write) = (from + start, to + start)
                            for index in 0..<row { write[index] = change(read[index], first[index], second[index]) }
                        }
                    }
                }
            }
        }
        return result
    }

    /// What comes of each channel's numbers, joined one by one to a start.
    @inline(__always)
    func reduced(_ initial: Float, _ join: (Float, Float) -> Float) -> [Float] {
        let row = width * channels
        var columns = [Float](repeating: initial, count: row)
        pixels.withUnsafeBufferPointer { source in
            columns.withUnsafeMutableBufferPointer { columns in
                guard let from = source.baseAddress, let sums = columns.baseAddress else { return }
                for start in stride(from: 0, to: source.count, by: row) {
                    let read = from + start
                    for index in 0..<row { sums[index] = join(sums[index], read[index]) }
                }
            }
        }
        return (0..<channels).map { channel in
            stride(from: channel, to: row, by: channels).reduce(initial) { join($0, columns[$1]) }
        }
    }

    /// The whole of it.
    var window: PictureWindow { PictureWindow(height: height, width: width, channels: channels) }

    /// The row that it is for front layers.
    var value: FrontValue { FrontValue(.floats(pixels), [height, width, channels]) }
}
