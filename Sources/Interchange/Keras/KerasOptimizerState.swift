import JSON
import NN

/// What an optimizer of Keras's remembers of the weights of a model, found in the model's file.
///
/// Files number its variables, or list them; which is which follows from the optimizer, its options and the order of the
/// trained weights.
struct KerasOptimizerState {
    /// The variables in the file's order.
    private let variables: [FileContents.Dataset]
    /// Whether the file has any.
    var isEmpty: Bool { variables.isEmpty }

    /// The variables in a file.
    init(_ contents: FileContents) {
        if let names = contents.texts("weight_names", at: "optimizer_weights") {
            let found = names.map { contents.datasets["optimizer_weights/\($0)"] }
            variables = found.contains { $0 == nil } ? [] : found.compactMap(\.self)
            return
        }
        // One that scales losses keeps the other's inside, beside its own.
        let place = ["optimizer/inner_optimizer/vars", "optimizer/vars"].first { contents.datasets["\($0)/0"] != nil }
        var found: [FileContents.Dataset] = []
        while let place, let next = contents.datasets["\(place)/\(found.count)"] { found.append(next) }
        variables = found
    }

    /// What this program's optimizer of that name remembers.
    ///
    /// - Parameters:
    ///   - optimizer: The optimizer, as a training takes it.
    ///   - weights: The weights in the file's order.
    ///   - network: The network.
    /// - Returns: Nil where the variables are not those that the optimizer keeps of these weights.
    func state(
        of optimizer: OptimizerConfiguration,
        for weights: [WeightsFile.Entry],
        of network: Network
    ) -> ImportedOptimizer? {
        let trained = Set(network.parameters.filter(\.trainable).map(\.name))
        let expected = Self.variables(of: optimizer, for: weights.filter { trained.contains($0.name) })
        // The product of Nadam's decays comes last; it follows from the count of updates.
        let hasProduct = optimizer.name == "Nadam" && variables.last?.tensor.shape.rank == 0
        let variables = hasProduct ? variables.dropLast() : variables
        // The count of updates comes first, then the step size where it is no schedule.
        let extra = variables.count - expected.count
        guard extra == 1 || extra == 2, variables.prefix(extra).allSatisfy({ $0.tensor.shape.rank == 0 }),
            let count = variables[0].tensor.values.first, let updates = Int(exactly: count), updates >= 0
        else { return nil }
        let first = Self.firstSum(of: optimizer)
        var tensors: [WeightsFile.Entry] = []
        for (variable, wanted) in zip(variables.dropFirst(extra), expected) {
            let tensor = variable.tensor
            guard tensor.shape.extents.filter({ $0 != 1 }) == wanted.extents.filter({ $0 != 1 }),
                tensor.values.allSatisfy(\.isFinite)
            else { return nil }
            guard let slot = wanted.slot else { continue }
            // What is shorter than its weight lies at its beginning.
            let rest = [Float](repeating: 0, count: wanted.weight.tensor.shape.volume - tensor.values.count)
            var values = rest.isEmpty ? tensor.values : tensor.values + rest
            // What Keras begins a sum with is added where the sum is used here.
            if slot == "accumulator", first != 0 { for place in values.indices { values[place] -= first } }
            tensors.append(
                WeightsFile.Entry("\(slot)/\(wanted.weight.name)", Tensor(wanted.weight.tensor.shape, values))
            )
        }
        return ImportedOptimizer(optimizer: optimizer, updates: updates, tensors: tensors)
    }

    /// The variables of an optimizer in the order of files, behind the count of updates and the step size.
    ///
    /// - Parameters:
    ///   - optimizer: What it remembers.
    ///   - weights: The weights that are trained, in the file's order.
    /// - Returns: A tensor for each variable; zeros for what says nothing.
    static func tensors(of optimizer: ImportedOptimizer, for weights: [WeightsFile.Entry]) -> [Tensor] {
        let known = Dictionary(optimizer.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
        let first = firstSum(of: optimizer.optimizer)
        return variables(of: optimizer.optimizer, for: weights).map { variable in
            let shape = Shape(variable.extents)
            guard let slot = variable.slot else { return Tensor(repeating: 0, shape) }
            let tensor = known["\(slot)/\(variable.weight.name)"]
            var values = Array(tensor?.values.prefix(shape.volume) ?? [])
            values += [Float](repeating: 0, count: shape.volume - values.count)
            if slot == "accumulator", first != 0 { for place in values.indices { values[place] += first } }
            return Tensor(shape, values)
        }
    }

    /// What an optimizer's sums begin with.
    private static func firstSum(of optimizer: OptimizerConfiguration) -> Float {
        let written = try? JSONDocument(parsing: optimizer.written).root
        return (try? written?["initial_accumulator_value"]?.float()) ?? 0
    }

    /// A variable that a file should have.
    private struct Variable {
        /// Where it is kept here; nil for nowhere.
        let slot: String?
        let weight: WeightsFile.Entry
        let extents: [Int]

        init(_ slot: String?, of weight: WeightsFile.Entry, _ extents: [Int]? = nil) {
            (self.slot, self.weight, self.extents) = (slot, weight, extents ?? weight.tensor.shape.extents)
        }
    }

    /// Those whose first two variables of a weight stand beside each other.
    private static let paired: Set<String> = [
        "Adadelta", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Nadam", "ScheduleFreeAdamW",
    ]

    private static func variables(of optimizer: OptimizerConfiguration, for weights: [WeightsFile.Entry]) -> [Variable]
    {
        // What any optimizer can keep, averages and sums of gradients, comes before the optimizer's own.
        optimizer.sharedSlots.flatMap { slot in weights.map { Variable(slot, of: $0) } }
            + ownVariables(of: optimizer, for: weights)
    }

    private static func ownVariables(
        of optimizer: OptimizerConfiguration,
        for weights: [WeightsFile.Entry]
    ) -> [Variable] {
        let slots = optimizer.slots.dropLast(optimizer.sharedSlots.count)
        switch optimizer.name {
        case "Adafactor": return weights.flatMap(factored)
        case "Muon":
            return weights.flatMap { weight in
                // Matrices but tables of embeddings have no mean square.
                let isMatrix = weight.tensor.shape.rank == 2 && !weight.name.lowercased().contains("embedding")
                return slots.prefix(isMatrix ? 1 : 2).map { Variable($0, of: weight) }
            }
        case let name where paired.contains(name):
            return weights.flatMap { weight in slots.prefix(2).map { Variable($0, of: weight) } }
                + slots.dropFirst(2).flatMap { slot in weights.map { Variable(slot, of: $0) } }
        default: return slots.flatMap { slot in weights.map { Variable(slot, of: $0) } }
        }
    }

    /// The variables of `Adafactor`: those of rows and columns, beside one of the whole weight that then says nothing.
    private static func factored(_ weight: WeightsFile.Entry) -> [Variable] {
        let extents = weight.tensor.shape.extents
        guard extents.count > 1 else {
            // Two numbers that say nothing stand before it.
            return [Variable(nil, of: weight, []), Variable(nil, of: weight, []), Variable("row_velocity", of: weight)]
        }
        return [
            Variable("row_velocity", of: weight, Array(extents.dropLast())),
            Variable("column_velocity", of: weight, extents.dropLast(2) + extents.suffix(1)),
            Variable(nil, of: weight),
        ]
    }
}
