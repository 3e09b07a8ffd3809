import JSON

/// Functions of each number by itself.
extension GraphWriter {
    /// The operator of such a function.
    mutating func function(_ layer: ExportedLayer, _ x: String, _ name: String) throws(Refusal) -> String {
        switch layer.type {
        case "Absolute": return add("Abs", [x], name: name)
        case "Square": return add("Mul", [x, x], name: name)
        case "Power": return add("Pow", [x, scalar(layer.number("exponent", 1))], name: name)
        case "Clip":
            let limits = ["x_min", "x_max"].map { key in layer.arguments[key].flatMap { try? $0.double() } }
            var inputs = [x]
            if limits[0] != nil || limits[1] != nil { inputs.append(limits[0].map { scalar($0) } ?? "") }
            if let greatest = limits[1] { inputs.append(scalar(greatest)) }
            return add("Clip", inputs, name: name)
        default: return add(layer.type, [x], name: name)
        }
    }
}
