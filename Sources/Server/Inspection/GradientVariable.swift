import JSON
import NN

/// What a derivative is taken by, as a request and its answer call it.
struct GradientVariable: Sendable {
    /// What it is called in the answer.
    let name: String
    /// What it is.
    let variable: DifferentiationVariable
    /// Where it was asked for.
    let pointer: String
    /// Whether it is a network's input, or what an embedding gives of one.
    let isInput: Bool
    /// Whether it holds what an embedding gives.
    let isEmbedded: Bool

    /// Whether it is of a row, and so has a batch.
    var hasBatch: Bool { if case .parameter = variable { false } else { true } }

    /// The variables of names: `input`, an input's or a layer's name, or `weights`.
    ///
    /// - Throws: `FaultyInput` for a name that the model hasn't.
    static func all(_ names: [String], in subject: InspectedSubject) throws(FaultyInput) -> [GradientVariable] {
        var found: [GradientVariable] = []
        for (number, name) in names.enumerated() {
            let pointer = names.count == 1 ? "/by" : "/by/\(number)"
            if name == "weights", subject.network.place(ofLayer: name) == nil {
                found += subject.network.trainableParameters.map { place in
                    GradientVariable(
                        name: subject.network.parameters[place].name,
                        variable: .parameter(place),
                        pointer: pointer,
                        isInput: false,
                        isEmbedded: false
                    )
                }
            } else {
                found.append(try one(name, at: pointer, in: subject))
            }
        }
        return found
    }

    /// The variable of a name that is an input's or a layer's.
    ///
    /// - Throws: `FaultyInput` for a name that the model hasn't.
    static func one(
        _ name: String,
        at pointer: String,
        in subject: InspectedSubject
    ) throws(FaultyInput) -> GradientVariable {
        let network = subject.network
        let names = network.inputs.map(\.name)
        let place = names.firstIndex(of: name) ?? (name == "input" && names.count == 1 ? 0 : nil)
        if let place {
            if let layer = network.embedding(ofInput: place) {
                return GradientVariable(
                    name: network.layers[layer].name,
                    variable: .layer(layer),
                    pointer: pointer,
                    isInput: true,
                    isEmbedded: true
                )
            }
            // Where front layers stand before, the input has the name of the one that gives it.
            let own = names.count == 1 && subject.model.inputs.front == nil ? "input" : names[place]
            return GradientVariable(
                name: own,
                variable: .input(place),
                pointer: pointer,
                isInput: true,
                isEmbedded: false
            )
        }
        guard let layer = network.place(ofLayer: name) else {
            guard names.count == 1 || name != "input" else {
                let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
                throw FaultyInput(
                    Fault(pointer: pointer, detail: "the model has several inputs; name one of \(listed)")
                )
            }
            let others = network.layers.map(\.name).filter { !names.contains($0) }
            let known = (names.count == 1 ? ["input"] : names) + ["weights"] + others
            throw FaultyInput(Fault(pointer: pointer, detail: Suggestion.unknown("input or layer", name, known: known)))
        }
        return GradientVariable(
            name: name,
            variable: .layer(layer),
            pointer: pointer,
            isInput: false,
            isEmbedded: network.layers[layer].type.contains("Embedding")
        )
    }

    /// Refuses an input that holds whole numbers alone, by which nothing can be differentiated.
    ///
    /// - Throws: `FaultyInput` where nothing reaches it.
    func check(isReached: Bool) throws(FaultyInput) {
        guard !isReached, isInput else { return }
        throw FaultyInput(
            Fault(
                pointer: pointer,
                detail: "the number doesn't depend on \"\(name)\" by more than indices, so there is no derivative by it"
            )
        )
    }

    /// A derivative by it as the answer has it.
    func array(_ gradient: Tensor) -> InspectionArray {
        guard isEmbedded, gradient.rank >= 2 else { return InspectionArray([("by", name)], gradient) }
        let width = gradient.shape.last
        let scores = stride(from: 0, to: gradient.volume, by: max(width, 1)).map { begin in
            Float(gradient.values[begin..<begin + width].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
        }
        return InspectionArray([("by", name), ("scores", scores)], gradient)
    }

    /// How a derivative by it is drawn.
    ///
    /// - Throws: `FaultyInput` where it can't be.
    func panel(_ gradient: Tensor) throws(FaultyInput) -> Picture.Panel {
        guard hasBatch else { return try Picture.Panel(weights: gradient) }
        return isInput && gradient.rank == 3
            ? try Picture.Panel(map: gradient.greatestMagnitudes) : try Picture.Panel(values: gradient)
    }
}

extension Tensor {
    /// Of a batch the first row.
    var first: Tensor {
        let shape = Shape(Array(shape.extents.dropFirst()))
        return Tensor(shape, Array(values[..<shape.volume]))
    }

    /// The greatest magnitude along the last axis.
    var greatestMagnitudes: Tensor {
        let width = shape.last
        let found = stride(from: 0, to: volume, by: max(width, 1)).map { begin in
            values[begin..<begin + width].reduce(Float(0)) { max($0, $1.magnitude) }
        }
        return Tensor(Shape(Array(shape.extents.dropLast())), found)
    }
}

extension JSONValue {
    /// Numbers of a shape, nested as an instance is written, or one after the other.
    ///
    /// - Throws: `FaultyInput` with the first that doesn't fit.
    func numbers(of shape: Shape) throws(FaultyInput) -> [Float] {
        var numbers = [Float](repeating: 0, count: shape.volume)
        var fault: Fault?
        numbers.withUnsafeMutableBufferPointer { room in
            do throws(Fault) { try readFloats(shape: shape.extents, into: room) } catch { fault = error }
        }
        if let fault { throw FaultyInput(fault) }
        return numbers
    }
}
