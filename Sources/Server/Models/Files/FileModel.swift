import Features
import Interchange
import JSON
import ModelStore
import NN

/// A model out of a file of another framework's, on its way to the store.
struct FileModel {
    /// The model.
    let defined: DefinedModel
    /// What was left out of the file.
    let notes: [String]
    private let weights: PackedWeights?
    /// What the optimizer of the file remembers of the weights; nil for nothing.
    private let state: NewOptimizerState?
    /// Whether the file had weights.
    var hasWeights: Bool { weights != nil }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: The file, which is given up.
    ///   - name: The model's name; nil for the file's own.
    ///   - reading: How it is taken apart.
    ///   - limits: How large the network may be.
    /// - Throws: `InterchangeError` or `FaultyInput` with every fault.
    init(_ file: ReceivedFile, named name: String?, by reading: FileReading, limits: Limits) throws {
        guard let format = ModelFormats.reading(file.prefix(ModelFormats.prefixBytes)) else {
            throw InterchangeError("the file is of no format that is known")
        }
        var model = try format.model(in: file, by: reading, limits: limits)
        guard let name = name ?? model.name else {
            throw InterchangeError("the file gives the model no name; say it, as in ?name=digits")
        }
        guard (try? NameRule.check(name, of: "model")) != nil else {
            throw InterchangeError(
                "\"\(name)\" can't be the name of a model here, which has letters of ASCII, digits, _, - and . alone; say "
                    + "another one, as in ?name=digits"
            )
        }
        var json = JSONWriter()
        json.object { json in
            for member in model.definition.members where member.key != "name" && member.key != "compile" {
                json.key(member.key)
                json.write(member.value)
            }
            json.field("name", name)
            json.field("compile", ifPresent: model.compile)
        }
        let body = try JSONDocument(parsing: json.bytes, maximumDepth: 256).root
        if let front = model.front {
            defined = try Self.defined(body, behind: front, limits: limits)
            let found = try front.contents(for: defined.network)
            (model.weights, model.state) = (found.weights, found.state)
            model.notes += found.notes
            model.front = nil
        } else {
            defined = try DefinedModel(body, limits: limits)
        }
        notes = model.notes
        guard var entries = model.weights else {
            (weights, state) = (nil, nil)
            return
        }
        model.weights = nil
        state = model.state.map { state in
            NewOptimizerState(
                optimizer: state.optimizer.jsonText,
                updates: state.updates,
                tensors: state.tensors.map(Self.stored)
            )
        }
        model.state = nil
        let order = Dictionary(uniqueKeysWithValues: defined.network.parameters.enumerated().map { ($1.name, $0) })
        entries.sort { (order[$0.name] ?? 0) < (order[$1.name] ?? 0) }
        weights = try PackedWeights(count: entries.count) { place in
            // One tensor after the other, so that all are held twice at no time.
            defer { entries[place] = WeightsFile.Entry("", Tensor(0)) }
            return Self.stored(entries[place])
        }
    }

    /// A model with layers before its network, and what these have learned.
    private static func defined(_ body: JSONValue, behind front: ImportedFront, limits: Limits) throws -> DefinedModel {
        do {
            return try DefinedModel(body, state: front.state, limits: limits)
        } catch let error as FaultyInput {
            throw front.placed(error)
        } catch let error as Fault {
            throw InterchangeError("what the layers before the network have learned doesn't fit them: \(error.detail)")
        }
    }

    private static func stored(_ entry: WeightsFile.Entry) -> StoredTensor {
        StoredTensor(name: entry.name, shape: entry.tensor.shape.extents, values: entry.tensor.values)
    }

    /// Stores the model, its weights as version 1.
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - key: A key under which this is done once.
    ///   - answer: The answer to the stored model.
    /// - Returns: The answer.
    /// - Throws: `StoreError.conflict` where the name is taken.
    func store(
        in store: Store,
        once key: AnswerKey? = nil,
        answer: @escaping (StoredModel) -> StoredAnswer
    ) throws(StoreError) -> StoredAnswer {
        let (name, text) = (defined.name, defined.definition)
        if let weights {
            var version = NewVersion(packed: weights, programVersion: ProgramVersion.current, optimizer: state)
            version.front = defined.front?.state
            return try store.models.insert(name: name, definition: text, first: version, once: key, answer: answer)
        }
        guard let key else { return answer(try store.models.insert(name: name, definition: text)) }
        return try store.models.insert(name: name, definition: text, once: key, answer: answer)
    }
}
