public import JSON
public import NN

/// A format of files of models, under the name that a request gives it.
///
/// What it can is told by the protocols that it conforms to beside this one: `ReadableFormat`, `WritableFormat`. To add a
/// format is to add a file with its type, and its line in `ModelFormats`.
public protocol ModelFormat: Sendable {
    /// Its name, as in `keras`.
    var name: String { get }
    /// What a file of it is, with its article, as in `a Keras 3 archive (.keras)`.
    var title: String { get }
    /// What the names of its files end with, as in `.keras`.
    var suffixes: [String] { get }
}

/// A format whose files are told by their first bytes, and read.
public protocol ReadableFormat: ModelFormat {
    /// Whether a file begins as this format's do.
    func begins(_ first: [UInt8]) -> Bool

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - reading: How it is taken apart.
    ///   - limits: How large the network may be.
    /// - Returns: The model, with its weights where the file has any.
    /// - Throws: `InterchangeError` with all that stands in the way.
    func model(
        in file: ReceivedFile,
        by reading: FileReading,
        limits: Limits
    ) throws(InterchangeError) -> ImportedModel

    /// Reads the weights of a network that is there already.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - reading: How it is taken apart.
    ///   - network: The network.
    /// - Returns: A tensor for each of the network's parameters, under its name.
    /// - Throws: `InterchangeError` with every tensor that is missing, unknown or of another shape.
    func weights(
        in file: ReceivedFile,
        by reading: FileReading,
        for network: Network
    ) throws(InterchangeError) -> [WeightsFile.Entry]
}

/// A format in which models are written.
public protocol WritableFormat: ModelFormat {
    /// What the file is sent as.
    var mediaType: String { get }
    /// Which options say something of it.
    var options: Set<ExportOptions.Kind> { get }
    /// Whether it has a place for what an optimizer remembers.
    var keepsOptimizer: Bool { get }

    /// Writes a model; the same model always gives the same bytes.
    ///
    /// - Parameter model: The model.
    /// - Returns: The file.
    /// - Throws: `InterchangeError` with every layer that the format can't say.
    func file(of model: ExportedModel) throws(InterchangeError) -> [UInt8]

    /// Writes a model, and tells what whoever takes the file should know.
    ///
    /// - Parameter model: The model.
    /// - Returns: The file with its notes.
    /// - Throws: `InterchangeError` with every layer that the format can't say.
    func written(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile
}

/// A file of a model.
public struct ExportedFile: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// What whoever takes it should know, a sentence each.
    public let notes: [String]
}

extension WritableFormat {
    /// Nothing is to be known of most files.
    public func written(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile {
        ExportedFile(bytes: try file(of: model), notes: [])
    }

    /// None, as with most formats.
    public var options: Set<ExportOptions.Kind> { [] }

    /// It hasn't, as most formats.
    public var keepsOptimizer: Bool { false }
}

/// A model that is to be written.
public struct ExportedModel: Sendable {
    /// Its name.
    public let name: String
    /// Its network.
    public let network: Network
    /// Its weights, in the network's order.
    public let weights: [Tensor]
    /// What stands before the network; nil for nothing.
    public let front: ExportedFront?
    /// What an optimizer remembers of the weights; nil for nothing.
    public let optimizer: ImportedOptimizer?
    /// The defaults of a training; nil for none.
    public let compile: JSONValue?
    /// What was said of the file beside its format.
    public let options: ExportOptions

    /// A model of these parts.
    public init(
        name: String,
        network: Network,
        weights: [Tensor],
        front: ExportedFront? = nil,
        optimizer: ImportedOptimizer? = nil,
        compile: JSONValue? = nil,
        options: ExportOptions = ExportOptions()
    ) {
        (self.name, self.network, self.weights, self.front) = (name, network, weights, front)
        (self.optimizer, self.compile, self.options) = (optimizer, compile, options)
    }

    /// Throws `InterchangeError` with every layer before the network, for a format that has only what is trained.
    func requireNetworkAlone() throws(InterchangeError) {
        guard let front else { return }
        throw InterchangeError(
            front.layers(before: network).map { layer in
                let title = "\(KerasClasses.name(of: layer)) \"\(KerasClasses.layerName(layer))\""
                return InterchangeError.Fault(
                    at: "/definition\(layer.pointer)",
                    "\(title) prepares data, which this format can't say"
                )
            }
        )
    }
}

/// Every format there is.
public enum ModelFormats {
    /// The formats in the order in which messages list them; to add one is to add its line.
    public static let all: [any ModelFormat] = [
        KerasArchiveFormat(),
        KerasHDF5Format(),
        KerasWeightsFormat(),
        KerasJSONFormat(),
        SafetensorsFormat(),
        NPZFormat(),
        ONNXFormat(),
    ]

    /// Those in which models are written.
    public static var writable: [any WritableFormat] { all.compactMap { $0 as? any WritableFormat } }

    /// The format that a file's first bytes tell.
    ///
    /// - Parameter first: The first bytes, `prefixBytes` where there are so many.
    /// - Returns: The format; nil where they are those of none.
    public static func reading(_ first: [UInt8]) -> (any ReadableFormat)? {
        all.lazy.compactMap { $0 as? any ReadableFormat }.first { $0.begins(first) }
    }

    /// The format in which a file of this name would be written; the longest suffix counts.
    public static func writing(fileNamed name: String) -> (any WritableFormat)? {
        let fitting = writable.flatMap { format in format.suffixes.map { (suffix: $0, format: format) } }
            .filter { name.lowercased().hasSuffix($0.suffix) }
        return fitting.max { $0.suffix.count < $1.suffix.count }?.format
    }

    /// How many bytes of a file's beginning tell what it is.
    public static let prefixBytes = 4096
}
