import Features
import JSON
import NN

/// What a model goes on from: the steps that its sequence begins with, and the numbers of its other inputs.
struct Beginning: Sendable {
    /// The tokens; empty where steps are numbers.
    var tokens: [Int] = []
    /// The numbers of the steps as clients send them, one after the other.
    var numbers: [Float] = []
    /// How many numbers a step has.
    var width = 1
    /// The numbers of the network's other inputs, one after the other.
    var context: [Float] = []
    /// The text that was sent, where tokens have words.
    var text: String?
    /// What the client should know of how it was taken.
    var notes: [String] = []

    /// The bytes that it takes, and the set of its tokens beside it.
    var bytes: Int { numbers.count * MemoryLayout<Float>.stride + tokens.count * 5 * MemoryLayout<Int>.stride }

    /// How many steps there are.
    var count: Int { numbers.count / max(width, 1) }

    /// The numbers of a step.
    subscript(step: Int) -> [Float] { Array(numbers[step * width..<(step + 1) * width]) }
}

extension GeneratingModel {
    /// Reads what a client sent.
    ///
    /// - Parameter inputs: A text or an array; of a model of several inputs an object of these by name.
    /// - Returns: What was read.
    /// - Throws: `FaultyInput` with what is wrong.
    func beginning(_ inputs: JSONValue) throws -> Beginning {
        var beginning = Beginning()
        let own = try sequence(in: inputs)
        if let words, own.kind == .string {
            let text = try own.string()
            beginning.text = text
            do throws(FrontError) {
                beginning.tokens = try words.tokens(of: text, notes: &beginning.notes)
            } catch {
                throw FaultyInput(Fault(pointer: own.pointer, detail: error.description))
            }
        } else if tokens != nil {
            beginning.tokens = try readTokens(own)
        }
        if tokens != nil {
            // A step that a mask leaves out changes nothing.
            if masksZero { beginning.tokens.removeAll { $0 == TokenWords.padding } }
            beginning.numbers = beginning.tokens.map { Float($0) }
        } else {
            (beginning.numbers, beginning.width) = (try readNumbers(own), stepWidth)
        }
        guard beginning.count > 0 else {
            throw FaultyInput(
                Fault(pointer: own.pointer, detail: "the model goes on from what is there; expected one step or more")
            )
        }
        if let greatest = greatestLength, beginning.count > greatest {
            throw FaultyInput(
                Fault(
                    pointer: own.pointer,
                    detail: "the model's attention or positions reach over \(greatest) steps, found \(beginning.count)"
                )
            )
        }
        if case .windowed(_, let length, let fillsUp) = way, beginning.count < length, !fillsUp {
            throw FaultyInput(
                Fault(
                    pointer: own.pointer,
                    detail:
                        "the model looks back over \(length) steps; expected as many or more, found \(beginning.count)"
                )
            )
        }
        if self.inputs.inputs.count > 1 { beginning.context = try context(inputs, &beginning.notes) }
        return beginning
    }

    /// The name by which clients send the sequence.
    private var sequenceName: String {
        guard let front = inputs.front else { return inputs.inputs[input].name }
        let output = front.outputs[input]
        return front.nodes.first { $0.name == output }?.inputs.first ?? output
    }

    private func sequence(in inputs: JSONValue) throws -> JSONValue {
        let names = self.inputs.rawInputs.map(\.name)
        guard inputs.kind == .object else {
            guard names.count == 1 else {
                let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
                throw FaultyInput(inputs.mismatch("an object with the inputs \(list)"))
            }
            return inputs
        }
        guard let own = inputs[sequenceName] else {
            throw FaultyInput(
                Fault(
                    pointer: inputs.pointer,
                    detail: "the input \"\(sequenceName)\" is missing, with which the sequence begins"
                )
            )
        }
        return own
    }

    private func readTokens(_ value: JSONValue) throws -> [Int] {
        let expected = words == nil ? "an array of tokens" : "a text or an array of tokens"
        guard value.kind == .array else { throw FaultyInput(value.mismatch(expected)) }
        var faults = Faults()
        let rule = inputs.indexRules.first { $0.input == input }
        let tokens = value.elements.compactMap { element in
            faults.collect { () throws(Fault) in try element.int(in: 0...((rule?.count ?? 1) - 1)) }
        }
        try faults.check()
        return tokens
    }

    private func readNumbers(_ value: JSONValue) throws -> [Float] {
        guard value.kind == .array else { throw FaultyInput(value.mismatch("an array of steps")) }
        let count = value.count
        do throws(Fault) {
            return try value.floats(shape: [count] + stepShape)
        } catch {
            throw FaultyInput(error)
        }
    }

    /// The numbers of the other inputs: those of a whole row without the sequence's.
    private func context(_ instance: JSONValue, _ notes: inout [String]) throws -> [Float] {
        let row: [Float]
        if let front = inputs.front {
            let prepared = try FrontInstances(front, inputs).values(of: [instance], leavingOut: sequenceName)
            notes += prepared.notes
            row = prepared.values
        } else {
            row = try otherNumbers(of: instance)
        }
        let begin = inputs.inputs[..<input].reduce(0) { $0 + $1.shape.volume }
        let width = inputs.inputs[input].shape.volume
        return Array(row[..<begin] + row[(begin + width)...])
    }

    /// A whole row without front layers, zeros where the sequence stands.
    private func otherNumbers(of instance: JSONValue) throws -> [Float] {
        var faults = Faults()
        var row: [Float] = []
        for member in instance.members where !inputs.inputs.contains(where: { $0.name == member.key }) {
            let known = inputs.inputs.map(\.name)
            faults.add(member.value.pointer, Suggestion.unknown("input", member.key, known: known))
        }
        for (number, network) in inputs.inputs.enumerated() {
            var numbers = [Float](repeating: 0, count: network.shape.volume)
            defer { row += numbers }
            guard number != input else { continue }
            guard let value = instance[network.name] else {
                faults.add(instance.pointer, "the input \"\(network.name)\" is missing")
                continue
            }
            let given = faults.collect { () throws(Fault) in try value.floats(shape: network.shape.extents) }
            numbers = given ?? numbers
            if let rule = inputs.indexRules.first(where: { $0.input == number }),
                let wrong = numbers.first(where: { !rule.allows($0) })
            {
                faults.add(value.pointer, rule.problem(with: "\(wrong)"))
            }
        }
        try faults.check()
        return row
    }

    /// Steps as the network takes them, through the front layers where there are any.
    ///
    /// - Throws: `FaultyInput` where a front layer can't take the model's own answers.
    func row(of window: [Float]) throws -> [Float] {
        guard let front = inputs.front, tokens == nil, front.inputs.count == 1 else { return window }
        let shape = [window.count / max(stepWidth, 1)] + stepShape
        do throws(FrontError) {
            var notes: [String]?
            let values = try front.apply(to: [FrontValue(.floats(window), shape)], notes: &notes)
            return values.flatMap { $0.floats ?? [] }
        } catch {
            throw FaultyInput(Fault(pointer: "/model", detail: error.description))
        }
    }
}

extension JSONValue {
    /// The numbers of nested arrays of a shape, row-major.
    ///
    /// - Throws: `Fault` for arrays of another length, or what is no number.
    fileprivate func floats(shape: [Int]) throws(Fault) -> [Float] {
        var numbers = [Float](repeating: 0, count: shape.reduce(1, *))
        var fault: Fault?
        numbers.withUnsafeMutableBufferPointer { buffer in
            do throws(Fault) {
                try readFloats(shape: shape, into: buffer)
            } catch { fault = error }
        }
        if let fault { throw fault }
        return numbers
    }
}
