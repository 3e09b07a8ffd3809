/// Shapes as JSON text, such as `[5,5,1,6]`.
enum ShapeText {
    static func text(_ shape: [Int]) -> String {
        "[\(shape.map(String.init).joined(separator: ","))]"
    }

    static func shape(_ text: String) -> [Int]? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let extents = text.dropFirst().dropLast().split(separator: ",").map { Int($0) }
        return extents.contains(nil) ? nil : extents.compactMap { $0 }
    }
}
