/// The derivatives of a row's loss by the weights, held against central differences.
public final class GradientCheck: Sendable {
    /// How it is checked.
    public struct Options: Sendable {
        /// The most elements of each tensor.
        public let samples: Int
        /// How far a difference goes to each side.
        public let step: Float
        /// The steps at which the direction is checked.
        public let steps: [Float]
        /// Where the choice of elements and of the direction begins.
        public let seed: Int

        /// Options.
        public init(samples: Int, step: Float, steps: [Float], seed: Int) {
            (self.samples, self.step, self.steps, self.seed) = (samples, step, steps, seed)
        }
    }

    /// What was found about one tensor.
    public struct TensorReport: Sendable {
        /// The weight's name.
        public let name: String
        /// The elements that were checked, by their index, with both derivatives.
        public let elements: [(index: [Int], analytic: Float, numerical: Float)]
        /// ‖a − n‖ / max(‖a‖, ‖n‖); 0 where both are next to nothing.
        public let error: Double
    }

    /// What was found.
    public struct Report: Sendable {
        /// The loss.
        public let loss: Float
        /// Tensor by tensor.
        public let tensors: [TensorReport]
        /// The derivative along a random direction in three ways; forward mode is nil where it wasn't asked.
        public let forward, reverse, numerical: Float
        /// The relative error of the difference at each step.
        public let curve: [(step: Float, error: Double)]
    }

    /// The relative error up to which both derivatives agree.
    public static let tolerance = 0.05
    /// Norms below this count as nothing.
    static let nothing = 1e-7

    private let gradient: GradientPlan
    private let forward: ViewPlan
    private let loss: NumberPlan
    private let network: Network
    private let places: [Int]

    /// Compiles the passes.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - differentiand: The loss.
    /// - Throws: What keeps them from being compiled.
    public init(_ network: Network, of differentiand: Differentiand) throws {
        self.network = network
        places = network.trainableParameters
        gradient = try GradientPlan(network, of: differentiand, by: places.map { .parameter($0) })
        loss = try NumberPlan(network, of: differentiand)
        var pass = try InspectedPass(network)
        let (value, target) = try pass.append(differentiand)
        var directions: [Value] = []
        for place in places {
            directions.append(try pass.graph.input("direction", shape: network.parameters[place].shape))
        }
        let variables = places.map { pass.parameters[$0] }
        let change = try pass.graph.jvp(of: [value], withRespectTo: variables, tangents: directions)
        forward = try ViewPlan(
            pass.graph,
            given: pass.inputs + (target.map { [$0] } ?? []) + directions,
            parameters: pass.parameters,
            outputs: change
        )
    }

    /// How many elements would be checked.
    public func elementCount(samples: Int) -> Int {
        places.reduce(0) { $0 + min(samples, network.parameters[$1].shape.volume) }
    }

    /// Checks a row.
    ///
    /// - Parameters:
    ///   - row: The row's numbers.
    ///   - target: Its target.
    ///   - options: How.
    ///   - model: The weights.
    ///   - proceed: Called between passes; what it throws ends the work.
    /// - Returns: What was found.
    /// - Throws: What `proceed` throws.
    public func run(
        _ row: [Float],
        target: [Float],
        _ options: Options,
        _ model: InferenceModel,
        proceed: () throws -> Void
    ) throws -> Report {
        let found = gradient.run(row, seed: [1], target: target, model)
        let (buffer, layout) = model.copiedWeights()
        let run = loss.makeRun(.changing(buffer, layout))
        let numbers = loss.numbers(row, target: target)
        func lossNow() -> Float {
            run.renewWeights()
            return run.run(numbers)[0].values[0]
        }
        var tensors: [TensorReport] = []
        for (place, derivative) in zip(places, found.derivatives) {
            let parameter = network.parameters[place]
            let tensor = buffer.pointer + layout.entries[place].offset
            var elements: [(index: [Int], analytic: Float, numerical: Float)] = []
            for element in Self.chosen(options.samples, of: parameter, seed: options.seed) {
                try proceed()
                let kept = tensor[element]
                let (high, low) = (kept + options.step, kept - options.step)
                tensor[element] = high
                let above = lossNow()
                tensor[element] = low
                let below = lossNow()
                tensor[element] = kept
                let index = parameter.shape.index(of: element)
                elements.append((index, derivative.gradient.values[element], (above - below) / (high - low)))
            }
            let error = Self.error(elements.map { ($0.analytic, $0.numerical) })
            tensors.append(TensorReport(name: parameter.name, elements: elements, error: error))
        }
        let direction = unitDirection(seed: options.seed)
        try proceed()
        let along = forward.run(network.parted(row) + [target] + direction, .of(model))[0].values[0]
        let reverse = zip(found.derivatives, direction).reduce(0.0) { sum, pair in
            sum + zip(pair.0.gradient.values, pair.1).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        func difference(_ step: Float) throws -> Float {
            var losses: [Float] = []
            for signed in [step, -step] {
                try proceed()
                for (place, way) in zip(places, direction) {
                    let (target, source) = (
                        buffer.pointer + layout.entries[place].offset, model.weights.pointer(to: .parameter(place))
                    )
                    for element in way.indices { target[element] = source[element] + signed * way[element] }
                }
                losses.append(lossNow())
            }
            return (losses[0] - losses[1]) / (2 * step)
        }
        let numerical = try difference(options.step)
        var curve: [(step: Float, error: Double)] = []
        for step in options.steps {
            curve.append((step, Self.error([(Float(reverse), try difference(step))])))
        }
        return Report(
            loss: found.value.values[0],
            tensors: tensors,
            forward: along,
            reverse: Float(reverse),
            numerical: numerical,
            curve: curve
        )
    }

    /// The distance of two lists of derivatives to the longer one's length.
    public static func error(_ pairs: [(Float, Float)]) -> Double {
        func norm(_ number: ((Float, Float)) -> Double) -> Double {
            pairs.reduce(0) { $0 + number($1) * number($1) }.squareRoot()
        }
        let greatest = max(norm { Double($0.0) }, norm { Double($0.1) })
        if greatest < nothing { return 0 }
        return norm { Double($0.0) - Double($0.1) } / greatest
    }

    /// Elements of a tensor without one twice, in order; all where there are no more.
    private static func chosen(_ count: Int, of parameter: Parameter, seed: Int) -> [Int] {
        let volume = parameter.shape.volume
        guard count < volume else { return Array(0..<volume) }
        var generator = SeededGenerator(seed: UInt64(seed), name: "check \(parameter.name)")
        var found = Set<Int>()
        while found.count < count { found.insert(min(Int(generator.uniform() * Double(volume)), volume - 1)) }
        return found.sorted()
    }

    /// A random direction of all weights together, of length 1.
    private func unitDirection(seed: Int) -> [[Float]] {
        var generator = SeededGenerator(seed: UInt64(seed), name: "check direction")
        // Of a normal distribution, so that no direction is more likely than another.
        let raw = places.map { place in (0..<network.parameters[place].shape.volume).map { _ in generator.normal() } }
        let length = raw.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + $1 * $1 } }.squareRoot()
        return raw.map { $0.map { Float($0 / max(length, .leastNormalMagnitude)) } }
    }
}

extension Shape {
    /// The index along each axis of an element by its place.
    func index(of element: Int) -> [Int] { zip(strides, extents).map { element / $0 % $1 } }
}
