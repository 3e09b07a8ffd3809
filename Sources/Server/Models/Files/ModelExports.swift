import Features
import HTTP
import HTTPTypes
import Interchange
import JSON
import ModelStore
import NN

/// Models as files of other frameworks'.
struct ModelExports: Sendable {
    let store: Store
    let networks: NetworkCache
    let threads: BlockingThreads
    private let weights: WeightsCatalog

    init(_ parts: Parts) {
        store = parts.store
        networks = parts.networks
        threads = parts.threads
        weights = WeightsCatalog(parts)
    }

    /// The name of a version, and the tag of its file: of the weights, the model, the version and the format.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func tag(
        of name: String,
        version: VersionReference,
        as format: any WritableFormat
    ) async throws -> (version: VersionName, tag: EntityTag) {
        let found = try await weights.tag(of: name, version: version)
        // Another model of the name may have the same weights.
        let identifier = try await threads.run { try store.models.find(name).identifier }
        // So may another version, which keeps something else of vocabularies or an optimizer.
        let own = "\(identifier)-\(found.version)-\(format.name)"
        let tag = "\(found.tag.opaque)-\(own)-\(ProgramVersion.current)"
        return (found.version, EntityTag(tag))
    }

    /// A version of a model as a file.
    ///
    /// - Throws: `InterchangeError` with every layer that the format can't say, `StoreError.notFound` where there is no
    ///   such model or version.
    func file(
        of name: String,
        version: VersionName,
        as format: any WritableFormat,
        _ options: ExportOptions
    ) async throws -> ExportedFile {
        try await threads.run { try Self.file(of: name, version, as: format, options, in: store, networks) }
    }

    /// How a version was trained; nil where it was not trained here.
    private static func trainingOptions(of version: ModelVersion?) throws -> JSONValue? {
        let options = try version.flatMap { try JSONDocument(parsing: $0.options).root["training"] }
        return options.flatMap { $0.kind == .object && $0.count > 0 ? $0 : nil }
    }

    /// A version of a model as a file.
    ///
    /// - Parameters:
    ///   - name: The model's name.
    ///   - version: Which version.
    ///   - format: The format.
    ///   - options: What is said of the file beside its format.
    ///   - store: Where the model is.
    ///   - networks: The networks of models.
    /// - Returns: The file.
    /// - Throws: `InterchangeError` with every layer that the format can't say, `StoreError.notFound`.
    static func file(
        of name: String,
        _ version: VersionName,
        as format: any WritableFormat,
        _ options: ExportOptions = ExportOptions(),
        in store: Store,
        _ networks: NetworkCache
    ) throws -> ExportedFile {
        let loaded = try store.versions.loaded(model: name, version)
        let model = try networks.model(of: loaded.model, state: loaded.version?.front)
        let front = try model.front.map { front in
            ExportedFront(
                definition: try JSONDocument(parsing: model.definition, maximumDepth: 256).root,
                state: try front.state.map { try JSONDocument(parsing: $0).root }
            )
        }
        return try format.written(
            ExportedModel(
                name: name,
                network: model.network,
                weights: ModelWeights.tensors(of: loaded, for: model.network),
                front: front,
                optimizer: format.keepsOptimizer ? try store.keptOptimizer(of: name, version) : nil,
                compile: try trainingOptions(of: loaded.version) ?? model.compile,
                options: options
            )
        )
    }
}
