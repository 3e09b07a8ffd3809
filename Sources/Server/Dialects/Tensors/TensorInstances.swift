import Features
import JSON
import NN

/// Rows that came as a tensor for each input.
struct TensorInstances: Sendable {
    /// The tensors, in any order.
    let tensors: [GivenTensor]
    /// The bytes that the client sent, of which tensors are parts.
    let body: [UInt8]

    /// The rows as a model takes them.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws(FaultyInput) -> InstanceRows {
        let inputs = model.rawInputs
        let ordered = try matched(inputs)
        let rows = try rowCount(ordered, inputs)
        guard model.reader == nil else { return try frontValues(ordered, inputs, rows, model) }
        let width = inputs.reduce(0) { $0 + ($1.type.volume ?? 0) }
        var faults = Faults()
        let values = [Float](unsafeUninitializedCapacity: rows * width) { room, count in
            var begin = 0
            for (tensor, input) in zip(ordered, inputs) {
                let own = input.type.volume ?? 0
                _ = faults.collect { () throws(Fault) in
                    if own == width {
                        try read(tensor, into: UnsafeMutableBufferPointer(rebasing: room[..<(rows * width)]))
                    } else {
                        try scatter(try numbers(of: tensor), own, to: room, begin, width)
                    }
                }
                begin += own
            }
            count = rows * width
            // What a fault left unwritten must be initialized all the same.
            if !faults.isEmpty { room.initialize(repeating: 0) }
        }
        try faults.check()
        if !model.indexRules.isEmpty { try checkIndices(values, ordered, inputs, model, width) }
        return InstanceRows(rows: rows, values: values, notes: [], shapes: nil)
    }

    /// The tensors in the order of the inputs.
    private func matched(_ inputs: [RawInput]) throws(FaultyInput) -> [GivenTensor] {
        var faults = Faults()
        let known = inputs.map(\.name)
        for (place, tensor) in tensors.enumerated() {
            if !known.contains(tensor.name) {
                faults.add(tensor.fault(Suggestion.unknown("input", tensor.name, known: known)))
            } else if tensors[..<place].contains(where: { $0.name == tensor.name }) {
                faults.add(tensor.fault("the input \"\(tensor.name)\" is given twice"))
            }
        }
        let ordered = known.compactMap { name in tensors.first { $0.name == name } }
        if faults.isEmpty, ordered.count < known.count {
            let missing = known.filter { name in !tensors.contains { $0.name == name } }
            let list = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            faults.add("/inputs", "the model takes \(known.count) inputs; missing: \(list)")
        }
        try faults.check()
        return ordered
    }

    /// How many rows there are: the first extent of each tensor.
    private func rowCount(_ tensors: [GivenTensor], _ inputs: [RawInput]) throws(FaultyInput) -> Int {
        var faults = Faults()
        for (tensor, input) in zip(tensors, inputs) {
            let isBytes = ModelSignature.Tensor(input).holdsBytes
            let isPicture = input.kind == .image || input.kind == .audio
            if tensor.datatype == .bytes, !isBytes {
                faults.add(tensor.fault("the input \"\(input.name)\" takes numbers, found BYTES"))
            } else if tensor.datatype != .bytes, input.kind == .string {
                faults.add(tensor.fault("the input \"\(input.name)\" takes BYTES, found \(tensor.datatype.rawValue)"))
            }
            let extents = isPicture && tensor.datatype == .bytes ? [] : input.shape
            let rest = tensor.shape.dropFirst()
            let fits =
                !tensor.shape.isEmpty && rest.count == extents.count
                && zip(rest, extents).allSatisfy { $1 == nil || $0 == $1 }
            // One element a row may stand with an axis of its own or without it.
            let isSingle = (extents.isEmpty && rest == [1]) || (extents == [1] && rest.isEmpty && !tensor.shape.isEmpty)
            if !fits, !isSingle {
                let wanted = (["rows"] + extents.map { $0.map(String.init) ?? "any" }).joined(separator: ", ")
                faults.add(
                    tensor.fault("the input \"\(input.name)\" takes the shape [\(wanted)], found \(tensor.shape)")
                )
            }
        }
        let counts = Set(tensors.compactMap(\.shape.first))
        if faults.isEmpty, counts.count > 1 {
            let list = tensors.map { "\($0.shape[0]) of \"\($0.name)\"" }.joined(separator: ", ")
            faults.add("/inputs", "the inputs have unequal numbers of rows: \(list)")
        }
        if faults.isEmpty, counts.first == 0 { faults.add("/inputs", "there is no row to predict") }
        try faults.check()
        return counts.first ?? 0
    }

    private func read(_ tensor: GivenTensor, into room: UnsafeMutableBufferPointer<Float>) throws(Fault) {
        var fault: Fault?
        body.withUnsafeBytes { body in
            do throws(Fault) { try tensor.read(of: body, into: room) } catch { fault = error }
        }
        if let fault { throw fault }
        guard let first = room.baseAddress, !NetworkRow.areFinite(first, room.count) else { return }
        let place = room.firstIndex { !$0.isFinite } ?? 0
        throw tensor.fault("value \(place) is \(room[place]); the model takes finite numbers within ±3.4e38")
    }

    private func numbers(of tensor: GivenTensor) throws(Fault) -> [Float] {
        var fault: Fault?
        let numbers = [Float](unsafeUninitializedCapacity: tensor.volume) { room, count in
            let own = UnsafeMutableBufferPointer(rebasing: room[..<tensor.volume])
            do throws(Fault) { try read(tensor, into: own) } catch {
                own.initialize(repeating: 0)
                fault = error
            }
            count = tensor.volume
        }
        if let fault { throw fault }
        return numbers
    }

    /// Puts each row's numbers of one input beside those of the others.
    private func scatter(
        _ numbers: [Float],
        _ own: Int,
        to room: UnsafeMutableBufferPointer<Float>,
        _ begin: Int,
        _ width: Int
    ) throws(Fault) {
        guard own > 0 else { return }
        for row in 0..<numbers.count / own {
            for place in 0..<own { room[row * width + begin + place] = numbers[row * own + place] }
        }
    }

    private func checkIndices(
        _ values: [Float],
        _ tensors: [GivenTensor],
        _ inputs: [RawInput],
        _ model: ModelInputs,
        _ width: Int
    ) throws(FaultyInput) {
        for rule in model.indexRules {
            let begin = inputs[..<rule.input].reduce(0) { $0 + ($1.type.volume ?? 0) }
            let own = inputs[rule.input].type.volume ?? 0
            for row in stride(from: begin, to: values.count, by: width) {
                guard let place = (row..<row + own).first(where: { !rule.allows(values[$0]) }) else { continue }
                throw FaultyInput(
                    tensors[rule.input].fault("row \(row / width): " + rule.problem(with: "\(values[place])"))
                )
            }
        }
    }
}

/// Rows that go through a front, or differ in size.
extension TensorInstances {
    private enum Elements {
        case numbers([Float])
        case bytes([[UInt8]])
    }

    private func frontValues(
        _ tensors: [GivenTensor],
        _ inputs: [RawInput],
        _ rows: Int,
        _ model: ModelInputs
    ) throws(FaultyInput) -> InstanceRows {
        var faults = Faults()
        let elements = tensors.map { tensor in
            faults.collect { () throws(Fault) -> Elements in
                tensor.datatype == .bytes ? .bytes(try tensor.elements(of: body)) : .numbers(try numbers(of: tensor))
            }
        }
        try faults.check()
        let instances = FrontInstances(model.front ?? model.plain, model)
        return try instances.values(count: rows, called: { "row \($0)" }) { row, _ throws(Fault) in
            var values: [FrontValue] = []
            for (place, input) in inputs.enumerated() {
                guard let all = elements[place] else { continue }
                values.append(try value(of: input, tensors[place], all, row, rows))
            }
            return values
        }
    }

    private func value(
        of input: RawInput,
        _ tensor: GivenTensor,
        _ elements: Elements,
        _ row: Int,
        _ rows: Int
    ) throws(Fault) -> FrontValue {
        let rest = Array(tensor.shape.dropFirst())
        let extents = rest.count == input.shape.count ? rest : input.shape.compactMap { $0 }
        switch elements {
        case .numbers(let numbers):
            let width = numbers.count / rows
            let own = Array(numbers[row * width..<(row + 1) * width])
            guard input.kind == .int32, own.allSatisfy({ Int(exactly: $0) != nil }) else {
                return FrontValue(.floats(own), extents)
            }
            return FrontValue(.integers(own.map { Int($0) }), extents)
        case .bytes(let all):
            let width = all.count / rows
            let own = all[row * width..<(row + 1) * width]
            guard input.kind == .string else { return try file(own.first ?? [], of: input, tensor, row) }
            var words: [String] = []
            for (place, bytes) in own.enumerated() {
                guard let word = String(validating: bytes, as: UTF8.self) else {
                    throw tensor.fault("element \(row * width + place) is no text in UTF-8")
                }
                words.append(word)
            }
            return FrontValue(.strings(words), extents)
        }
    }

    /// A picture or recording; one that stands in JSON is a text in base64.
    private func file(
        _ bytes: [UInt8],
        of input: RawInput,
        _ tensor: GivenTensor,
        _ row: Int
    ) throws(Fault) -> FrontValue {
        do throws(Fault) {
            guard case .json = tensor.source else { return try RawInstances.value(input, ofFile: bytes) }
            return try input.value(ofBase64: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw tensor.fault("row \(row): \(error.detail)")
        }
    }
}

extension ModelSignature.Tensor {
    /// An input.
    init(_ input: RawInput) { self.init(name: input.name, kind: input.kind, shape: input.shape) }
}

extension RawInput {
    /// The value that a file in base64 gives.
    ///
    /// - Throws: `Fault` for a text that is no base64, or bytes that are no such file.
    func value(ofBase64 text: String) throws(Fault) -> FrontValue {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: ["b64": text].jsonBytes)
        } catch {
            throw Fault(pointer: "", detail: error.description)
        }
        return try value(of: document.root)
    }
}
