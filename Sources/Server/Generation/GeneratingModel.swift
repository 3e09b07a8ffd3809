import Features
import JSON
import NN

/// A model as it goes on from its own answers: step by step where its layers can, else by a window over the last steps.
struct GeneratingModel: Sendable {
    /// How it goes on.
    enum Way: Sendable {
        /// Each step from the states that the one before left; the context comes from the other inputs, and a part takes
        /// many steps of the beginning at once.
        case stepped(SteppedNetwork, context: ServedNetwork?, step: ServedNetwork, part: ServedNetwork?)
        /// The whole network over the last steps, which give one answer; where there are fewer, zeros that a mask leaves
        /// out may fill them up.
        case windowed(ServedNetwork, steps: Int, fillsUp: Bool)
    }

    /// How it goes on.
    let way: Way
    /// The number of the network's input that comes step by step.
    let input: Int
    /// The shape of one step of it.
    let stepShape: [Int]
    /// How many tokens there are; nil where steps are numbers.
    let tokens: Int?
    /// Whether answers are probabilities rather than logits.
    let answersProbabilities: Bool
    /// Whether a token 0 stands for nothing, since a layer masks it.
    let masksZero: Bool
    /// The words of the tokens; nil where clients send their numbers.
    let words: TokenWords?
    /// What the model takes.
    let inputs: ModelInputs
    /// The model's name.
    let name: String

    /// How many steps a sequence can have in all; nil where there is no end.
    var greatestLength: Int? {
        guard case .stepped(let stepped, _, _, _) = way else { return nil }
        return stepped.greatestLength
    }

    /// About how many bytes what was compiled takes beside the weights.
    var bytes: Int {
        switch way {
        case .stepped(_, let context, let step, let part):
            (context?.runBytes ?? 0) + step.runBytes + (part?.runBytes ?? 0)
        case .windowed(let network, _, _): network.runBytes
        }
    }

    /// The bytes that a sequence takes for what is remembered of it.
    var sequenceBytes: Int {
        switch way {
        case .stepped(let stepped, _, _, _): (stepped.stateWidth + stepped.contextWidth) * MemoryLayout<Float>.stride
        case .windowed(_, let steps, _): steps * stepWidth * MemoryLayout<Float>.stride
        }
    }

    /// How many numbers a step has.
    var stepWidth: Int { stepShape.reduce(1, *) }

    /// Cuts a model at the input that its answers are for, and compiles what is needed.
    ///
    /// - Throws: `FaultyInput` where it can't go on from its own answers.
    init(_ model: ServedModel) throws {
        let network = model.network
        (name, inputs) = (model.name, model.inputs)
        let answer: NetworkOutput
        (way, input, answer) = try Self.way(of: model)
        let shape = network.inputs[input].shape.extents
        stepShape = Array(shape.dropFirst())
        words = try TokenWords(model.inputs, input: input)
        switch way {
        case .stepped(_, _, let served, _), .windowed(let served, _, _):
            answersProbabilities = try served.network.answersProbabilities()
        }
        if let rule = model.inputs.indexRules.first(where: { [input] in $0.input == input }) {
            guard shape.count == 1, answer.activation == .linear, answer.shape.volume <= rule.count else {
                throw Self.refusal(
                    model,
                    "gives \(answer.shape.volume) numbers a step where \"\(rule.layer)\" knows \(rule.count) tokens; the last layer gives one number a token, as logits or by a softmax"
                )
            }
            tokens = answer.shape.volume
            masksZero = network.hasMasks
            if words == nil, let front = model.inputs.front,
                !front.inputs.contains(where: { [input] in $0.name == front.outputs[input] })
            {
                throw Self.refusal(
                    model,
                    "numbers its tokens by \"\(front.outputs[input])\", whose words aren't known here; a TextVectorization in mode int is"
                )
            }
        } else {
            tokens = nil
            masksZero = false
            if let front = model.inputs.front, front.inputs.count > 1,
                !front.inputs.contains(where: { [input] in $0.name == front.outputs[input] })
            {
                throw Self.refusal(
                    model,
                    "has \"\(front.outputs[input])\" before its steps of numbers and several inputs; leave the layer out, or the other inputs"
                )
            }
            let width = shape.dropFirst().reduce(1, *)
            guard answer.shape.volume == width else {
                throw Self.refusal(
                    model,
                    "gives \(answer.shape.volume) numbers a step and takes \(width), so it can't go on from its own answers"
                )
            }
        }
    }

    private static func way(of model: ServedModel) throws -> (Way, input: Int, answer: NetworkOutput) {
        let network = try sized(model)
        do {
            let stepped = try SteppedNetwork(network)
            let context = try stepped.context.map { try model.served.with($0) }
            let part = try stepped.part.map { try model.served.with($0) }
            let step = try model.served.with(stepped.step)
            let way = Way.stepped(stepped, context: context, step: step, part: part)
            return (way, stepped.input, stepped.step.outputs[0])
        } catch let fault as SteppingFault {
            let shape = network.inputs[0].shape
            guard model.network.sized == nil else {
                throw refusal(model, "\(fault.description); a window of steps needs a number in place of null")
            }
            guard network.inputs.count == 1, network.outputs.count == 1, network.outputShape.rank == 1, shape[0] > 1
            else { throw refusal(model, fault.description) }
            let window = try network.answeringLogits()
            // What fills up a window is 0, which only a layer that looks up tokens is known to mask.
            let fillsUp = network.hasMasks && !network.indexRules.isEmpty
            let way = Way.windowed(try model.served.with(window), steps: shape[0], fillsUp: fillsUp)
            return (way, 0, window.outputs[0])
        }
    }

    /// How many steps attention reaches over in an input of any length.
    static let reach = 512

    /// The network, for as many steps as attention is to reach over where its input may have any number of them.
    private static func sized(_ model: ServedModel) throws -> Network {
        guard let sized = model.network.sized else { return model.network }
        guard model.network.inputs.count == 1, let open = sized.inputShapes.first,
            open.extents.count(where: { $0 == nil }) == 1
        else {
            let detail = "has other open extents than the steps of its one input, which need numbers in place of null"
            throw refusal(model, detail)
        }
        var reach = Self.reach
        while reach > 1 {
            let size = BatchSize(inputs: [open.filled(with: reach)], isPadded: false)
            if let network = try? sized.network(for: size) { return network }
            reach /= 2
        }
        return model.network
    }

    private static func refusal(_ model: ServedModel, _ reason: String) -> FaultyInput {
        FaultyInput(Fault(pointer: "/model", detail: "\"\(model.name)\" \(reason)"))
    }
}
