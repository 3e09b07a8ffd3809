import JSON
import NN

/// Arrays as they are drawn: one under the other, each in tiles.
struct Picture: Sendable {
    /// The arrays, from the top.
    let panels: [Panel]

    /// The colours in which numbers are drawn.
    enum Colors: String, Sendable, CaseIterable {
        /// Diverging where anything is negative, else grey.
        case auto
        /// From the least, black, to the greatest, white.
        case gray
        /// Blue below zero, white, orange above.
        case diverging
    }

    /// How many pixels a number may take.
    static let scales = 1...32
    /// The pixels that the longer side has at least, where no scale was asked for and the greatest allows it.
    private static let goal = 256
    /// The pixels between tiles.
    private static let gap = 1
    /// The grey between tiles.
    private static let gapLevel: UInt8 = 128

    /// A picture of arrays.
    init(_ panels: [Panel]) { self.panels = panels }

    /// The sides in pixels.
    private func size(_ scale: Int) -> (width: Int, height: Int) {
        let sizes = panels.map { panel in
            (
                width: panel.columns * (panel.tileWidth * scale + Self.gap) - Self.gap,
                height: panel.rows * (panel.tileHeight * scale + Self.gap) - Self.gap
            )
        }
        return (
            sizes.map(\.width).max() ?? 0,
            sizes.reduce(0) { $0 + $1.height } + Self.gap * max(panels.count - 1, 0)
        )
    }

    /// The picture as a PNG file.
    ///
    /// - Parameters:
    ///   - colors: How numbers become colours.
    ///   - scale: The pixels of a number; nil for as many as make it large enough to see.
    /// - Returns: The file.
    /// - Throws: `FaultyInput` where a side would be too long.
    func png(_ colors: Colors, scale: Int?) throws(FaultyInput) -> [UInt8] {
        let scale =
            scale
            ?? Self.scales.first { scale in
                let size = size(scale)
                return max(size.width, size.height) >= Self.goal
            } ?? Self.scales.upperBound
        let (width, height) = size(scale)
        guard max(width, height) <= InspectionBounds.side, width > 0, height > 0 else {
            throw FaultyInput(
                Fault(
                    pointer: "",
                    detail:
                        "the picture would be \(width) × \(height) pixels, a side at most \(InspectionBounds.side); take a "
                        + "smaller \"scale\", or fewer layers, channels or units"
                )
            )
        }
        let areDiverging = panels.map { $0.isDiverging(colors) }
        let channels = areDiverging.contains(true) ? 3 : 1
        var samples = [UInt8](repeating: Self.gapLevel, count: width * height * channels)
        var top = 0
        for (panel, isDiverging) in zip(panels, areDiverging) {
            let levels = PictureLevels(panel.numbers, isDiverging: isDiverging, channels: channels)
            for row in 0..<panel.rows {
                for column in 0..<panel.columns {
                    guard let tile = panel.tile(row, column) else { continue }
                    let left = column * (panel.tileWidth * scale + Self.gap)
                    let begin = top + row * (panel.tileHeight * scale + Self.gap)
                    for y in 0..<panel.tileHeight * scale {
                        var place = ((begin + y) * width + left) * channels
                        for x in 0..<panel.tileWidth {
                            let color = levels.color(of: panel.number(tile, y / scale, x))
                            for _ in 0..<scale {
                                for channel in 0..<channels { samples[place + channel] = color[channel] }
                                place += channels
                            }
                        }
                    }
                }
            }
            top += panel.rows * (panel.tileHeight * scale + Self.gap)
        }
        guard let file = PNGFile.encoded(samples, width: width, height: height, channels: channels) else {
            throw FaultyInput(Fault(pointer: "", detail: "there is no memory for a picture of \(width) × \(height)"))
        }
        return file
    }
}

/// How the numbers of an array become colours.
private struct PictureLevels {
    private let least: Float
    private let greatest: Float
    private let isDiverging: Bool
    private let channels: Int

    /// The ends of the diverging colours, which people who see few colours tell apart too.
    private static let low: [Float] = [33, 102, 172]
    private static let high: [Float] = [230, 97, 1]

    init(_ numbers: [Float], isDiverging: Bool, channels: Int) {
        (self.isDiverging, self.channels) = (isDiverging, channels)
        let finite = numbers.filter(\.isFinite)
        if isDiverging {
            greatest = finite.reduce(0) { max($0, $1.magnitude) }
            least = -greatest
        } else {
            (least, greatest) = (finite.min() ?? 0, finite.max() ?? 0)
        }
    }

    /// The samples of a number; what isn't finite is black.
    func color(of number: Float) -> [UInt8] {
        guard number.isFinite else { return [UInt8](repeating: 0, count: channels) }
        guard isDiverging else {
            let share = greatest > least ? (number - least) / (greatest - least) : 0
            return [UInt8](repeating: UInt8((share * 255).rounded()), count: channels)
        }
        let share = greatest > 0 ? min(number.magnitude / greatest, 1) : 0
        let end = number < 0 ? Self.low : Self.high
        return end.map { UInt8((255 + share * ($0 - 255)).rounded()) }
    }
}
