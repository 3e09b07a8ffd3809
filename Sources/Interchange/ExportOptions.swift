public import NN

/// What may be said of a file beside its format.
public struct ExportOptions: Sendable, Equatable {
    /// One of them, under the name that a request gives it; a format lists those that say something of it.
    public enum Kind: String, Sendable, CaseIterable {
        /// Whose names the weights have.
        case names
        /// How numbers are held.
        case dtype
        /// Which set of ONNX's operators is used.
        case opset
    }

    /// With PyTorch's names and layouts, which layers its modules are; nil for this program's own names.
    public var modules: [String: String]?
    /// How numbers are held.
    public var element: WeightsElement
    /// The set of operators; nil for the one that most programs read.
    public var opset: Int?

    /// Options of these values.
    public init(modules: [String: String]? = nil, element: WeightsElement = .float32, opset: Int? = nil) {
        (self.modules, self.element, self.opset) = (modules, element, opset)
    }

    /// What was asked for.
    public var kinds: Set<Kind> {
        var kinds: Set<Kind> = []
        if modules != nil { kinds.insert(.names) }
        if element != .float32 { kinds.insert(.dtype) }
        if opset != nil { kinds.insert(.opset) }
        return kinds
    }
}
