/// Average pooling over windows of 2 × 2 pixels that don't overlap, for any number of channels.
///
/// Channels are taken eight at a time. Where they are no multiple of eight, a register also covers what lies behind
/// them; it is written in the order of memory, so that what lies behind is written over by its own numbers. The last
/// rows of all, behind which fewer numbers are left than a register holds, go number by number.
public enum AveragePoolLoops {
    /// The shapes of a batch of images.
    public struct Geometry: Sendable {
        /// The images, and the rows, columns and channels of each; the last row or column of an odd number isn't covered.
        public let batch: Int, rows: Int, columns: Int, channels: Int

        /// A batch of images' extents.
        public init(batch: Int, rows: Int, columns: Int, channels: Int) {
            (self.batch, self.rows, self.columns, self.channels) = (batch, rows, columns, channels)
        }

        fileprivate var rowCount: Int { columns * channels }
        fileprivate var placeRows: Int { rows / 2 }
        fileprivate var places: Int { columns / 2 }

        /// Whether fewer numbers than a register holds lie behind a row of places.
        fileprivate func isAmongLast(sample: Int, row: Int) -> Bool {
            ((batch - sample) * placeRows - row - 1) * places * channels < 8
        }
    }

    /// The mean of each channel's four numbers: `[batch, rows, columns, C] → [batch, rows / 2, columns / 2, C]`.
    public static func forward2x2(
        _ geometry: Geometry,
        _ image: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let (channels, rowCount) = (geometry.channels, geometry.rowCount)
        var y = result
        for sample in 0..<geometry.batch {
            for row in 0..<geometry.placeRows {
                let top = image + (sample * geometry.rows + 2 * row) * rowCount
                let bottom = top + rowCount
                let isLast = geometry.isAmongLast(sample: sample, row: row)
                if isLast, channels % 8 != 0 {
                    for place in 0..<geometry.places {
                        for c in 2 * place * channels..<(2 * place + 1) * channels {
                            let mean = ((top[c] + bottom[c]) + (top[c + channels] + bottom[c + channels])) * 0.25
                            y[c - place * channels] = mean
                        }
                    }
                } else {
                    for place in 0..<geometry.places {
                        for c in stride(from: 0, to: channels, by: 8) {
                            let (a, b) = (top + 2 * place * channels + c, bottom + 2 * place * channels + c)
                            let left = vector(a) + vector(b)
                            let right = vector(a + channels) + vector(b + channels)
                            store((left + right) * 0.25, to: y + place * channels + c)
                        }
                    }
                }
                y += geometry.places * channels
            }
        }
    }

    /// A quarter of each cotangent to the four pixels under its place, zeros to those that no place covers.
    public static func backward2x2(
        _ geometry: Geometry,
        _ cotangents: UnsafePointer<Float>,
        _ image: UnsafeMutablePointer<Float>
    ) {
        let (channels, rowCount) = (geometry.channels, geometry.rowCount)
        for sample in 0..<geometry.batch {
            for row in 0..<geometry.rows {
                let x = image + (sample * geometry.rows + row) * rowCount
                guard row < 2 * geometry.placeRows else {
                    x.update(repeating: 0, count: rowCount)
                    continue
                }
                let y = cotangents + (sample * geometry.placeRows + row / 2) * geometry.places * channels
                let isLast = geometry.isAmongLast(sample: sample, row: row / 2)
                if isLast, channels % 8 != 0 {
                    for place in 0..<geometry.places {
                        for c in place * channels..<(place + 1) * channels {
                            x[c + place * channels] = y[c] * 0.25
                            x[c + (place + 1) * channels] = y[c] * 0.25
                        }
                    }
                } else {
                    for place in 0..<geometry.places {
                        let (source, target) = (y + place * channels, x + 2 * place * channels)
                        for c in stride(from: 0, to: channels, by: 8) {
                            store(vector(source + c) * 0.25, to: target + c)
                        }
                        for c in stride(from: 0, to: channels, by: 8) {
                            store(vector(source + c) * 0.25, to: target + channels + c)
                        }
                    }
                }
                if geometry.columns % 2 != 0 {
                    (x + rowCount - channels).update(repeating: 0, count: channels)
                }
            }
        }
    }

    @inline(__always)
    private static func vector(_ place: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always)
    private static func store(_ vector: SIMD8<Float>, to place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: vector, as: SIMD8<Float>.self)
    }
}
