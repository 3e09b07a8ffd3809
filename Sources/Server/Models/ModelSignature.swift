import Features
import NN

/// What a model takes and gives, by the names and extents under which all protocols have it.
struct ModelSignature: Sendable {
    /// An input or an output.
    struct Tensor: Sendable {
        /// The name.
        let name: String
        /// What its elements are.
        let kind: RawInput.Kind
        /// The extents of one row; nil where rows may differ in one.
        let shape: [Int?]

        /// Whether its elements are bytes of any number: words, pictures, recordings.
        var holdsBytes: Bool { kind != .float32 && kind != .int32 }

        /// The extents of the elements of one row, of which a picture or a recording is one.
        var elementShape: [Int?] { kind == .image || kind == .audio ? [] : shape }
    }

    /// What it takes.
    let inputs: [Tensor]
    /// What it gives: numbers.
    let outputs: [Tensor]

    /// The inputs and outputs of a model, with null for an extent that differs from row to row or isn't known yet.
    init(_ model: DefinedModel) {
        self.init(model.network, front: model.front, other: model.alternative)
    }

    /// The inputs and outputs of a model that answers.
    init(_ model: ServedModel) { self.init(model.network, front: model.inputs.front, other: nil) }

    private init(_ network: Network, front: FrontGraph?, other: Network?) {
        inputs = (front?.inputs ?? network.inputs.map { RawInput($0) }).map {
            Tensor(name: $0.name, kind: $0.kind, shape: $0.shape)
        }
        let other = other ?? network.sized?.other ?? network
        outputs = zip(network.outputs, other.outputs).map { output, other in
            let extents = zip(output.shape.extents, other.shape.extents).map { $0 == $1 ? $0 : nil }
            return Tensor(name: output.name, kind: .float32, shape: extents)
        }
    }
}
