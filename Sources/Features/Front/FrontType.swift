/// What flows between front layers, for one row: the kind of its elements and its extents.
///
/// Rows go through front layers one at a time, so a shape has no batch.
public struct FrontType: Sendable, Equatable, CustomStringConvertible {
    /// What the elements are.
    public enum Element: String, Sendable, CaseIterable {
        /// Numbers, `Float`.
        case float
        /// Numbers from 0 to 255, as the pixels of a picture that nothing has changed yet.
        case byte
        /// Whole numbers.
        case integer
        /// Words or texts.
        case string
    }

    /// What the elements are.
    public var element: Element
    /// The extents, row-major; nil where rows differ in one.
    ///
    /// `[]` is a single element.
    public var shape: [Int?]
    /// Samples a second, where the row is a recording, `[samples, channels]` or `[samples]`.
    public var sampleRate: Int?

    /// Makes the type of rows of a kind and shape.
    public init(_ element: Element, _ shape: [Int?], sampleRate: Int? = nil) {
        (self.element, self.shape, self.sampleRate) = (element, shape, sampleRate)
    }

    /// How many elements a row has; nil where rows differ.
    public var volume: Int? {
        var product = 1
        for extent in shape {
            guard let extent else { return nil }
            product *= extent
        }
        return product
    }

    /// As in `float [32, 32, 3]` or `string []`; an extent in which rows differ is `null`.
    public var description: String {
        "\(element.rawValue) [\(shape.map { $0.map(String.init) ?? "null" }.joined(separator: ", "))]"
    }
}
