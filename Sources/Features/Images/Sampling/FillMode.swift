/// What stands outside a picture that is moved, by Keras's names.
enum FillMode: String, Sendable {
    /// The picture mirrored at its edges: `d c b a | a b c d | d c b a`.
    case reflect
    /// The picture again: `a b c d | a b c d | a b c d`.
    case wrap
    /// One value.
    case constant
    /// The nearest pixel: `a a a a | a b c d | d d d d`.
    case nearest
    /// The picture mirrored at its outermost pixels: `d c b | a b c d | c b a`.
    case mirror

    /// Those of all layers but one.
    static let usual: [FillMode] = [.reflect, .wrap, .constant, .nearest]

    /// Where in a side of `length` pixels to look for a place outside it.
    ///
    /// The arithmetic is that of TensorFlow's projective transformation.
    func moved(_ place: Float, _ length: Int) -> Float {
        let (count, last) = (Float(length), Float(length - 1))
        if self == .constant || place >= 0 && place <= last { return place }
        if length == 1 || !(abs(place) < 1e9) { return 0 }
        var place = place
        switch self {
        case .constant, .nearest: break
        case .reflect:
            if place < 0 {
                place += 2 * count * (-place / (2 * count)).rounded(.towardZero)
                place = place < -count ? place + 2 * count : -place - 1
            } else {
                place -= 2 * count * (place / (2 * count)).rounded(.towardZero)
                if place >= count { place = 2 * count - place - 1 }
            }
        case .wrap:
            if place < 0 {
                place += count * ((-place / last).rounded(.towardZero) + 1)
            } else {
                place -= count * (place / last).rounded(.towardZero)
            }
        case .mirror:
            place = abs(place).truncatingRemainder(dividingBy: 2 * last)
            if place > last { place = 2 * last - place }
        }
        return min(max(place, 0), last)
    }
}
