import Features
import Interchange
import JSON
import ModelStore
import NN

/// A model as it was defined, and, where layers learn from data what shapes there are, as far as it is known.
struct DefinedModel: Sendable {
    /// The network that is trained.
    let network: Network
    /// What stands before it; nil where clients send what the network takes.
    let front: FrontGraph?
    /// The whole definition with every default, as JSON.
    let definition: String
    /// The defaults of a training, as JSON; nil for none.
    let compile: JSONValue?
    /// The same network with other extents for those that nothing is known of; nil where all are known.
    ///
    /// What differs between the two isn't known.
    let alternative: Network?

    /// Whether an extent depends on data that nobody has sent yet.
    var isOpen: Bool { alternative != nil }

    /// Reads a definition.
    ///
    /// - Parameters:
    ///   - body: What a client sent, or what is stored.
    ///   - state: What the front's layers learned; nil for nothing.
    ///   - limits: How large the network may be.
    /// - Throws: `FaultyInput` with every fault.
    init(_ body: JSONValue, state: JSONValue? = nil, limits: Limits) throws {
        guard let keras = try KerasShortForm(body) else {
            try self.init(own: body, state: state, limits: limits)
            return
        }
        do {
            try self.init(own: keras.definition, state: state, limits: limits)
        } catch let error as FaultyInput {
            throw keras.placed(error)
        }
    }

    /// Reads a definition in this program's own form.
    private init(own body: JSONValue, state: JSONValue?, limits: Limits) throws {
        let body = try FeatureLayers.expanded(body)
        compile = body["compile"]
        guard ModelSplit.isNeeded(by: body) else {
            let definition = try ModelDefinition(body.without(["compile"]))
            network = try Network(definition, limits: limits)
            (front, alternative) = (nil, nil)
            self.definition = definition.jsonText.with(compile)
            return
        }
        let split = try ModelSplit(body)
        let front = try state.map { state throws(Fault) in try split.front.restored(from: state) } ?? split.front
        let types = try split.outputTypes(of: front)
        func fitted(unknown: Int?) throws -> Network {
            let definition = try split.trained(shapes: types.map { $0.networkShape(unknown: unknown) })
            do {
                return try Network(definition, limits: limits)
            } catch {
                throw split.moved(error)
            }
        }
        // Once there is nothing to be learned any more, an extent that isn't known differs from row to row.
        let isSettled = !front.hasToLearn || types.allSatisfy { $0.volume != nil }
        network = try fitted(unknown: isSettled ? nil : 1)
        alternative = isSettled ? nil : try fitted(unknown: 2)
        self.front = front
        var json = JSONWriter()
        split.write(network.definition, to: &json)
        definition = json.text
    }

    /// The name.
    var name: String { network.definition.name }
}

extension FrontType {
    /// The shape of the network's input; a single number is a vector of one.
    func networkShape(unknown: Int?) -> OpenShape { OpenShape(shape.isEmpty ? [1] : shape.map { $0 ?? unknown }) }
}

extension JSONValue {
    /// The object without some of its members.
    ///
    /// - Throws: Never in fact: what is written is JSON.
    func without(_ keys: [String]) throws -> JSONValue {
        guard kind == .object, keys.contains(where: { self[$0] != nil }) else { return self }
        var json = JSONWriter()
        json.object { json in
            for member in members where !keys.contains(member.key) {
                json.key(member.key)
                json.write(member.value)
            }
        }
        return try JSONDocument(parsing: json.bytes).root
    }
}

extension String {
    /// The text of an object with the training's defaults as its last member.
    fileprivate func with(_ compile: JSONValue?) -> String {
        guard let compile else { return self }
        return String(dropLast()) + ",\"compile\":" + compile.source + "}"
    }
}
