import HTTP
import JSON
import ModelStore
import NN

/// Looks inside versions of models, and differentiates formulas.
struct Inspector: Sendable {
    private let predictor: Predictor
    private let store: Store
    private let networks: NetworkCache
    private let threads: BlockingThreads
    private let thread = InspectionThread()
    private let plans = InspectionPlans()

    init(_ parts: Parts) {
        (predictor, store, networks) = (parts.predictor, parts.store, parts.networks)
        threads = parts.threads
    }

    /// The bytes that a number of an answer takes as such and as text.
    private static let numberBytes = 24

    /// Looks inside a version.
    ///
    /// - Parameters:
    ///   - kind: The view.
    ///   - name: The model.
    ///   - body: The request.
    ///   - form: In which form the answer is wanted.
    /// - Returns: The answer.
    /// - Throws: `FaultyInput` with what is wrong, `StoreError.notFound` and `MissingReferences` for what isn't there, a
    ///   `Problem` with 503 where too many wait, `CancellationError` where the client leaves.
    func inspect(
        _ kind: any InspectionView.Type,
        of name: String,
        _ body: JSONValue,
        as form: InspectionForm
    ) async throws -> Response {
        let request = try InspectionRequest(body, for: kind)
        let model = try await predictor.model(name, version: request.version)
        var compared: ServedModel?
        if let version = request.view.compared { compared = try await predictor.model(name, version: version) }
        let (instances, target) = try await sample(of: request, for: model)
        let losses = try await losses(of: request.view, model)
        let network: Network
        var padded: InspectedSubject.PaddedRow?
        if model.sized != nil, let shapes = instances?.shapes?.first, let sized = model.network.sized {
            network = try Self.telling(at: request.sample) { () throws(FaultyInput) in
                try sized.network(for: BatchSize(inputs: shapes, isPadded: false))
            }
        } else {
            network = model.network
        }
        if let sized = model.sized, let instances, let group = try instances.grouped(for: sized).groups.first,
            group.size.isPadded
        {
            padded = .init(weights: try sized.network(for: group.size).weights, row: group.values)
        }
        var prediction: Prediction?
        if let instances { prediction = try await predictor.prediction(of: instances, by: model) }
        let subject = InspectedSubject(
            model: model,
            network: network,
            weights: model.served.weights,
            rows: model.sized == nil ? try model.served.weights.rowsOfOne() : 1,
            row: instances?.values ?? [],
            target: target,
            compared: compared,
            losses: losses,
            plans: plans,
            hasRow: instances != nil,
            padded: padded
        )
        let answer = try await thread.run { control in try request.view.look(into: subject, control) }
        try await RequestMemory.current?.take(answer.numbers * Self.numberBytes, waits: false)
        let document = InspectionDocument(
            model: model.name,
            version: model.version,
            view: kind.name,
            prediction: prediction,
            row: { if case .row(let row) = request.sample { row } else { nil } }(),
            target: target,
            answer: answer,
            hasValues: request.hasValues
        )
        return try form.response(document)
    }

    /// The row of a request with its target; nil where it has none.
    private func sample(
        of request: InspectionRequest,
        for model: ServedModel
    ) async throws -> (instances: InstanceRows?, target: RowTarget?) {
        switch request.sample {
        case nil: return (nil, nil)
        case .instance(let instance):
            let read = PredictionRequest(model: model.name, version: request.version, instances: .one(instance))
            return (try await threads.run { try read.values(for: model.inputs) }, nil)
        case .row(let row):
            let found = try await threads.run { try RowSample(row, for: model, store: store, networks: networks) }
            return (found.instances, found.target)
        }
    }

    /// The losses of a view that takes one, by the outputs' places.
    private func losses(of view: any InspectionView, _ model: ServedModel) async throws -> [Int: Loss] {
        guard let wish = view.lossWish else { return [:] }
        return try await threads.run {
            let version = model.version == .initial ? nil : try store.versions.find(model: model.name, model.version)
            let defined = try networks.model(of: store.models.find(model.name), state: version?.front)
            do {
                let whole = EvaluationWish(part: nil, loss: wish.loss, metrics: try JSONDocument(parsing: "[]").root)
                let options = try EvaluationOptions(whole, version: version, model: defined, hasColumns: true).options
                let names = model.network.outputs.map(\.name)
                let learned = options.learnedOutputs(of: model.network).map(\.name)
                return Dictionary(
                    zip(learned, options.losses(of: model.network)).compactMap { name, loss in
                        names.firstIndex(of: name).map { ($0, loss) }
                    },
                    uniquingKeysWith: { first, _ in first }
                )
            } catch let faulty as FaultyInput {
                var faults = Faults()
                for fault in faulty.faults {
                    let rest = fault.pointer.hasPrefix("/loss") ? String(fault.pointer.dropFirst("/loss".count)) : ""
                    faults.add(wish.pointer + rest, fault.detail)
                }
                try faults.check()
                return [:]
            }
        }
    }

    /// Tells what a size of a row can't be at the row's place.
    private static func telling<Outcome>(
        at sample: InspectionRequest.Sample?,
        _ body: () throws(FaultyInput) -> Outcome
    ) throws(FaultyInput) -> Outcome {
        do throws(FaultyInput) {
            return try body()
        } catch {
            let pointer = if case .row = sample { "/row" } else { "/instance" }
            throw FaultyInput(Fault(pointer: pointer, detail: error.faults[0].detail))
        }
    }

    /// Differentiates formulas.
    ///
    /// - Throws: `FaultyInput` with what is wrong, a `Problem` with 503 where too many wait.
    func differentiate(_ body: JSONValue) async throws -> DifferentiationDocument {
        let request = try DifferentiationRequest(body)
        return try await thread.run { control in try request.answer(control) }
    }
}
