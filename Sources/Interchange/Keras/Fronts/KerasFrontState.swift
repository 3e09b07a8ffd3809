import Features
import JSON
import NN

/// What the layers that prepare data have learned, as a file of Keras's keeps it: vocabularies as texts in the archive,
/// weights among those of the model, the rest in the configuration.
struct KerasFrontState {
    /// The state by the names of the layers here, as a version keeps it; nil where nothing was learned.
    private(set) var json: JSONValue?
    /// What a person wants to know.
    private(set) var notes: [String] = []
    private(set) var faults: [InterchangeError.Fault] = []

    private let contents: FileContents
    private let weights: KerasWeights
    private let paths: [String: String]

    /// The lines at which Python parts a text.
    private static let lineEnds: Set<Character> = [
        "\n", "\r", "\r\n", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]

    /// Whether a token can stand on a line of its own.
    static func isLine(_ token: String) -> Bool { !token.isEmpty && !token.contains { lineEnds.contains($0) } }

    /// Reads what the layers of a model have learned.
    ///
    /// - Parameters:
    ///   - form: The model.
    ///   - tree: Its layers as Keras wrote them.
    ///   - weights: The weights of the file.
    ///   - contents: What else it holds.
    init(of form: KerasShortForm, _ tree: KerasTree, _ weights: KerasWeights, _ contents: FileContents) {
        (self.contents, self.weights) = (contents, weights)
        paths = tree.paths
        var writer = JSONWriter()
        var isEmpty = true
        writer.object { writer in
            for (name, layer) in form.fronts {
                guard let state = state(of: layer) else { continue }
                isEmpty = false
                writer.key(name)
                writer.raw(state.bytes)
            }
        }
        if !isEmpty { json = try? JSONDocument(parsing: writer.bytes, maximumDepth: 8).root }
    }

    private mutating func state(of layer: KerasTree.Child) -> JSONWriter? {
        let config = KerasClasses.arguments(of: layer.value)
        let className = KerasClasses.name(of: layer.value)
        let isGiven = { (key: String) in config[key].map { !$0.isNull } ?? false }
        var json = JSONWriter()
        switch className {
        case "Discretization":
            guard isGiven("num_bins"), let boundaries = config["bin_boundaries"], !boundaries.isNull else { return nil }
            json.object { $0.field("bin_boundaries", boundaries) }
        case "Normalization":
            let found = weights.variables(ofFront: layer, at: paths[layer.own])
            guard !isGiven("mean"), found.count >= 2, found[0].tensor.shape == found[1].tensor.shape else { return nil }
            guard found.prefix(2).allSatisfy({ $0.tensor.values.allSatisfy(\.isFinite) }) else {
                fault(layer, "has means or variances that are not finite")
                return nil
            }
            json.object { json in
                json.field("mean", found[0].tensor.values)
                json.field("variance", found[1].tensor.values)
                json.field("shape", found[0].tensor.shape.extents)
            }
        case "STFTSpectrogram":
            checkKernels(of: layer)
            return nil
        case _ where KerasFront.lookups.contains(className):
            guard !isGiven("vocabulary") else { return nil }
            return vocabulary(of: layer)
        default: return nil
        }
        return json
    }

    private mutating func fault(_ layer: KerasTree.Child, _ message: String) {
        let className = KerasClasses.name(of: layer.value)
        faults.append(InterchangeError.Fault(at: layer.value.pointer, "\(className) \"\(layer.name)\" \(message)"))
    }

    // MARK: Vocabularies

    private mutating func vocabulary(of layer: KerasTree.Child) -> JSONWriter? {
        let isOfIntegers = KerasClasses.name(of: layer.value) == "IntegerLookup"
        guard let path = paths[layer.own], let lines = lines(at: path) else {
            notes.append(
                "the file has no vocabulary for \"\(layer.own)\", which learns one from the rows of the first training"
            )
            return nil
        }
        let special = KerasFront.specialTokens(of: layer.value)
        let tokens = Array(lines.starts(with: special) ? lines.dropFirst(special.count) : lines[...])
        // It was saved before it had learned.
        guard !tokens.isEmpty else { return nil }
        var seen: Set<[UInt8]> = []
        for token in tokens {
            guard seen.insert(Array(token.utf8)).inserted else {
                fault(layer, "has a vocabulary with \"\(token.prefix(60))\" more than once")
                return nil
            }
            guard !isOfIntegers || Int(token) != nil else {
                fault(layer, "has a vocabulary with \"\(token.prefix(60))\", which is no integer")
                return nil
            }
        }
        var json = JSONWriter()
        let count = special.count + tokens.count
        let isWeighed = KerasFront.outputMode(of: layer.value) == "tf_idf"
        let idf = weights.weightsOfTokens(at: path)
        if isWeighed, (idf?.values.count ?? 0) < count {
            fault(layer, "lacks the weights of its \(count) tokens in the mode tf_idf")
            return nil
        }
        json.object { json in
            json.key("tokens")
            if isOfIntegers { json.write(tokens.compactMap { Int($0) }) } else { json.write(tokens) }
            if isWeighed, let idf { json.field("idf_weights", Array(idf.values.prefix(count))) }
        }
        return json
    }

    /// The lines of a layer's vocabulary.
    private func lines(at path: String) -> [String]? {
        let places = ["assets/\(path)/vocabulary.txt", "assets/\(path)/_lookup_layer/vocabulary.txt"]
        guard let bytes = places.lazy.compactMap({ contents.entries[$0] }).first else { return nil }
        var lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { Self.lineEnds.contains($0) }.map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    // MARK: Kernels

    /// Finds kernels that aren't those of a Fourier transform any more.
    private mutating func checkKernels(of layer: KerasTree.Child) {
        let found = weights.variables(ofFront: layer, at: paths[layer.own])
        var reader = ObjectReader(KerasClasses.arguments(of: layer.value))
        let own = STFTSpectrogramFrontLayer(reading: &reader)
        guard reader.faults.isEmpty, !found.isEmpty else { return }
        // Only then are there so many numbers to be compared with.
        let kernels = found.allSatisfy { $0.tensor.shape.extents == own.kernelShape } ? own.kernels : []
        let isSame = zip(found, kernels).allSatisfy { found, kernel in
            let greatest = kernel.values.reduce(0) { max($0, abs($1)) }
            return zip(found.tensor.values, kernel.values).allSatisfy { abs($0 - $1) <= 1e-3 * greatest }
        }
        guard !isSame || found.count != kernels.count else { return }
        fault(
            layer,
            "has kernels that were trained; it is no transform any more, which is all that is kept of it here"
        )
    }
}
