import JSON

/// The order in which Keras lists the layers of a Functional model that it reads: the farthest from the outputs first,
/// those that are equally far as it comes upon them from the outputs.
///
/// Its files keep weights by class and order, and the state of an optimizer by the order of the weights.
struct KerasOrder {
    /// One call of a layer, with the calls whose results it takes.
    struct Call {
        let layer: String
        let inputs: [Int]
    }

    /// The calls, each behind those that it takes results of.
    private let calls: [Call]
    /// The calls that give the model's results.
    private let outputs: [Int]

    /// The layers of a model in Keras's order; those that no output needs stand behind the others.
    ///
    /// - Parameters:
    ///   - layers: The layers and calls of a definition in its short form, in any order.
    ///   - outputs: The names of those that give the model's results.
    /// - Returns: The layers, in their order.
    static func sorted(_ layers: [JSONValue], outputs: [String]) -> [JSONValue] {
        let names = layers.map(KerasClasses.layerName)
        let numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        func number(_ reference: String) -> Int? { numbers[String(reference.split(separator: ":", maxSplits: 1)[0])] }
        let calls = layers.enumerated().map { place, layer in
            let isInput = KerasClasses.name(of: layer) == "InputLayer"
            let before = place > 0 ? [names[place - 1]] : []
            let given = layer["inputs"].map { $0.elements.compactMap { try? $0.string() } } ?? before
            let own = (try? layer["reuse"]?.string()) ?? names[place]
            return Call(layer: own, inputs: isInput ? [] : given.compactMap(number))
        }
        let inputs = zip(layers, names).filter { KerasClasses.name(of: $0.0) == "InputLayer" }.map(\.1)
        let order = KerasOrder(calls, outputs: outputs.compactMap(number)).layers(inputs: inputs)
        let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        return layers.enumerated().sorted { one, other in
            let first = places[names[one.offset]] ?? order.count
            let second = places[names[other.offset]] ?? order.count
            return (first, one.offset) < (second, other.offset)
        }.map(\.element)
    }

    /// The order of these calls' layers.
    init(_ calls: [Call], outputs: [Int]) { (self.calls, self.outputs) = (calls, outputs) }

    /// The layers in Keras's order; those that no output needs are not among them, but for inputs.
    ///
    /// - Parameter inputs: The layers that are inputs.
    /// - Returns: Their names, in their order.
    func layers(inputs: [String]) -> [String] {
        let (order, indices) = walked()
        let needed = Set(order)
        var depths = Array(repeating: 0, count: calls.count)
        var layerDepths: [String: Int] = [:]
        for number in order.reversed() {
            // A layer that is called again is as far as its farthest call.
            let depth = max(depths[number], layerDepths[calls[number].layer] ?? 0)
            layerDepths[calls[number].layer] = depth
            depths[number] = depth
            for input in calls[number].inputs where needed.contains(input) {
                depths[input] = max(depth + 1, depths[input])
            }
        }
        var places = indices
        for input in inputs where layerDepths[input] == nil { (layerDepths[input], places[input]) = (0, -1) }
        return layerDepths.keys.sorted { one, other in
            let (first, second) = (layerDepths[one] ?? 0, layerDepths[other] ?? 0)
            if first != second { return first > second }
            let (own, others) = (places[one] ?? 0, places[other] ?? 0)
            return own == others ? one < other : own < others
        }
    }

    /// Goes from the outputs to the inputs.
    ///
    /// - Returns: The calls, each behind those that it needs, and the numbers under which layers were first met.
    private func walked() -> (order: [Int], indices: [String: Int]) {
        var (order, indices): ([Int], [String: Int]) = ([], [:])
        var isKnown = Array(repeating: false, count: calls.count)
        for output in outputs {
            var path: [(call: Int, next: Int)] = []
            func meet(_ call: Int) {
                guard !isKnown[call] else { return }
                isKnown[call] = true
                if indices[calls[call].layer] == nil { indices[calls[call].layer] = indices.count }
                path.append((call, 0))
            }
            meet(output)
            while let last = path.last {
                let inputs = calls[last.call].inputs
                if last.next < inputs.count {
                    path[path.count - 1].next += 1
                    meet(inputs[last.next])
                } else {
                    order.append(last.call)
                    path.removeLast()
                }
            }
        }
        return (order, indices)
    }
}
