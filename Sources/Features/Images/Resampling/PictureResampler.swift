/// Resizes pictures, `[height, width, channels]`: first the columns, row by row of the result, then the rows.
struct PictureResampler {
    let interpolation: ResizeInterpolation
    let antialias: Bool

    init(_ interpolation: ResizeInterpolation = .bilinear, antialias: Bool = false) {
        (self.interpolation, self.antialias) = (interpolation, antialias)
    }

    /// A window of a picture, resized.
    ///
    /// - Parameters:
    ///   - source: The numbers of the picture.
    ///   - window: What of it to take; it lies within the picture.
    ///   - height: The rows to give.
    ///   - width: The columns to give.
    ///   - type: The kind of numbers to give.
    /// - Returns: The numbers of the rows and columns.
    func resized<Source: PixelNumber, Target: PixelNumber>(
        _ source: [Source],
        _ window: PictureWindow,
        height: Int,
        width: Int,
        as type: Target.Type = Target.self
    ) -> [Target] {
        let count = height * width * window.channels
        return [Target](unsafeUninitializedCapacity: count) { target, filled in
            source.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                if window.height == height, window.width == width {
                    copy(from, window, to)
                } else if interpolation == .nearest {
                    pick(from, window, to, height: height, width: width)
                } else {
                    blend(from, window, to, height: height, width: width)
                }
            }
            filled = count
        }
    }

    private func copy<Source: PixelNumber, Target: PixelNumber>(
        _ from: UnsafePointer<Source>,
        _ window: PictureWindow,
        _ to: UnsafeMutablePointer<Target>
    ) {
        let row = window.width * window.channels
        for y in 0..<window.height {
            let (read, write) = (from + window.offset(ofRow: y), to + y * row)
            for index in 0..<row { write[index] = Target(nearest: read[index].asFloat) }
        }
    }

    private func pick<Source: PixelNumber, Target: PixelNumber>(
        _ from: UnsafePointer<Source>,
        _ window: PictureWindow,
        _ to: UnsafeMutablePointer<Target>,
        height: Int,
        width: Int
    ) {
        let rows = AxisWeights(from: window.height, to: height, .nearest, antialias: false).starts
        let columns = AxisWeights(from: window.width, to: width, .nearest, antialias: false).starts
        let channels = window.channels
        var write = to
        for y in rows {
            let row = from + window.offset(ofRow: y)
            for x in columns {
                for channel in 0..<channels { write[channel] = Target(nearest: row[x * channels + channel].asFloat) }
                write += channels
            }
        }
    }

    private func blend<Source: PixelNumber, Target: PixelNumber>(
        _ from: UnsafePointer<Source>,
        _ window: PictureWindow,
        _ to: UnsafeMutablePointer<Target>,
        height: Int,
        width: Int
    ) {
        let rows = AxisWeights(from: window.height, to: height, interpolation, antialias: antialias)
        let columns = AxisWeights(from: window.width, to: width, interpolation, antialias: antialias)
        let (row, channels) = (window.width * window.channels, window.channels)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: row + 1) { scratch in
            guard let sums = scratch.baseAddress else { return }
            // One more, since colours are read in fours.
            sums[row] = 0
            for y in 0..<height {
                let weights = rows.weights[y * rows.taps..<(y + 1) * rows.taps]
                let first = from + window.offset(ofRow: rows.starts[y])
                add(first, window.stride, weights, to: sums, count: row)
                let write = to + y * width * channels
                switch (channels, columns.taps) {
                case (3, 2): gather(sums, columns, write, channels: 3, taps: 2)
                case (1, 2): gather(sums, columns, write, channels: 1, taps: 2)
                case (3, _): gatherColours(sums, columns, write)
                default: gather(sums, columns, write, channels: channels, taps: columns.taps)
                }
            }
        }
    }

    /// Sums rows by their weights, two at a time, so that the sums are read and written half as often.
    @inline(__always)
    private func add<Source: PixelNumber>(
        _ first: UnsafePointer<Source>,
        _ stride: Int,
        _ weights: ArraySlice<Float>,
        to sums: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        // Weights at either end are zero where a window is narrower than the widest.
        let begin = weights.firstIndex { $0 != 0 } ?? weights.startIndex
        let end = (weights.lastIndex { $0 != 0 } ?? begin) + 1
        var row = first + (begin - weights.startIndex) * stride
        var tap = begin
        while tap < end {
            let (weight, isFirst) = (weights[tap], tap == begin)
            if tap + 1 < end {
                let (nextWeight, next) = (weights[tap + 1], row + stride)
                if isFirst {
                    for index in 0..<count {
                        sums[index] = row[index].asFloat * weight + next[index].asFloat * nextWeight
                    }
                } else {
                    for index in 0..<count {
                        sums[index] += row[index].asFloat * weight + next[index].asFloat * nextWeight
                    }
                }
            } else if isFirst {
                for index in 0..<count { sums[index] = row[index].asFloat * weight }
            } else {
                for index in 0..<count { sums[index] += row[index].asFloat * weight }
            }
            tap += 2
            row += 2 * stride
        }
    }

    /// Sums neighbours in a row by their weights; inlined, so that the usual numbers of them are known to the compiler.
    @inline(__always)
    private func gather<Target: PixelNumber>(
        _ sums: UnsafeMutablePointer<Float>,
        _ columns: AxisWeights,
        _ to: UnsafeMutablePointer<Target>,
        channels: Int,
        taps: Int
    ) {
        columns.starts.withUnsafeBufferPointer { starts in
            columns.weights.withUnsafeBufferPointer { weights in
                for x in 0..<starts.count {
                    let read = sums + starts[x] * channels
                    for channel in 0..<channels {
                        var sum: Float = 0
                        for tap in 0..<taps { sum += read[tap * channels + channel] * weights[x * taps + tap] }
                        to[x * channels + channel] = Target(nearest: sum)
                    }
                }
            }
        }
    }

    /// Sums neighbours of three channels, in vectors of four, the last of which is let go.
    @inline(__always)
    private func gatherColours<Target: PixelNumber>(
        _ sums: UnsafeMutablePointer<Float>,
        _ columns: AxisWeights,
        _ to: UnsafeMutablePointer<Target>
    ) {
        let taps = columns.taps
        columns.starts.withUnsafeBufferPointer { starts in
            columns.weights.withUnsafeBufferPointer { weights in
                for x in 0..<starts.count {
                    let read = UnsafeRawPointer(sums + starts[x] * 3)
                    var sum = SIMD4<Float>()
                    for tap in 0..<taps {
                        sum +=
                            read.loadUnaligned(fromByteOffset: 12 * tap, as: SIMD4<Float>.self)
                            * weights[x * taps + tap]
                    }
                    for channel in 0..<3 { to[x * 3 + channel] = Target(nearest: sum[channel]) }
                }
            }
        }
    }
}
