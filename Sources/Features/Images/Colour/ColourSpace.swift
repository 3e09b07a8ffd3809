/// Red, green and blue as hue, saturation and value, and as grey.
enum ColourSpace {
    /// Grey of red, green and blue, by Keras's weights.
    @inline(__always)
    static func grey(_ red: Float, _ green: Float, _ blue: Float) -> Float {
        0.2989 * red + 0.5870 * green + 0.1140 * blue
    }

    /// A picture whose colours are changed one pixel at a time; it has three channels.
    @inline(__always)
    static func mapped(
        _ picture: FloatPicture,
        _ change: (Float, Float, Float) -> (Float, Float, Float)
    ) -> FloatPicture {
        var result = picture
        result.pixels.withUnsafeMutableBufferPointer { pixels in
            guard var pixel = pixels.baseAddress else { return }
            for _ in 0..<pixels.count / 3 {
                (pixel[0], pixel[1], pixel[2]) = change(pixel[0], pixel[1], pixel[2])
                pixel += 3
            }
        }
        return result
    }

    /// Changes hue, in turns from 0 to 1, and saturation, from 0 to 1; the value, the greatest of the three, stays.
    @inline(__always)
    static func changed(
        _ red: Float,
        _ green: Float,
        _ blue: Float,
        _ change: (_ hue: Float, _ saturation: Float) -> (hue: Float, saturation: Float)
    ) -> (Float, Float, Float) {
        let (value, least) = (max(red, max(green, blue)), min(red, min(green, blue)))
        let range = value - least
        var hue: Float = 0
        if range > 0 {
            if red == value {
                hue = (green - blue) / (6 * range)
            } else if green == value {
                hue = (blue - red) / (6 * range) + 2 / 6
            } else {
                hue = (red - green) / (6 * range) + 4 / 6
            }
            if hue < 0 { hue += 1 }
        }
        let new = change(hue, value > 0 ? range / value : 0)
        let sixths = new.hue * 6
        let shares = (abs(sixths - 3) - 1, 2 - abs(sixths - 2), 2 - abs(sixths - 4))
        func part(_ share: Float) -> Float { (1 - new.saturation + new.saturation * min(max(share, 0), 1)) * value }
        return (part(shares.0), part(shares.1), part(shares.2))
    }
}
