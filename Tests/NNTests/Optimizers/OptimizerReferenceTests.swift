import JSON
import NN
import Testing

/// Whole runs against Keras's, as `scripts/reference/make_training_fixtures.py` recorded them.
struct OptimizerReferenceTests {
    /// Twenty-one updates in single precision, each of which may round a few times: some 20 units in the last place of
    /// the weights, which are about 1, and more where Adam's and RMSprop's quotients enlarge the gradient's rounding.
    static let tolerance = 2e-5

    @Test(arguments: TrainingFixture.all.cases)
    func `the weights after each epoch and at the end are Keras's`(row: TrainingFixture.Case) throws {
        let fixture = TrainingFixture.all
        let session = try fixture.session(row)
        var epochs: [[Tensor]] = []

        _ = try session.run { session, event in
            if case .epoch = event { epochs.append(session.weights) }
            return .proceed
        }

        #expect(epochs.count == 7)
        for (weights, expected) in zip(epochs + [session.weights], row.weights + [row.final]) {
            for (tensor, values) in zip(weights, expected) {
                #expect(relativeError(tensor.values, values) < Self.tolerance)
            }
        }
    }

    @Test(arguments: TrainingFixture.all.cases)
    func `loss and metrics of each epoch are Keras's, the smaller last batch counted by its rows`(
        row: TrainingFixture.Case
    ) throws {
        let session = try TrainingFixture.all.session(row)

        #expect(try session.run() == .finished)

        #expect(session.history.map(\.epoch) == Array(1...7))
        for (epoch, record) in session.history.enumerated() {
            #expect(record.measurements.map(\.name) == ["loss", "mae", "val_loss", "val_mae"])
            for measurement in record.measurements {
                let expected = try #require(row.history[measurement.name])[epoch]
                #expect(abs(measurement.value - expected) < Self.tolerance * abs(expected))
            }
        }
    }
}

/// The runs that `training.json.gz` holds.
struct TrainingFixture: Sendable {
    /// One run: its options, the weights after each epoch and Keras's history.
    struct Case: Sendable, CustomTestStringConvertible {
        let options: TrainingOptions
        let weights: [[[Float]]]
        let final: [[Float]]
        let history: [String: [Double]]
        let testDescription: String
    }

    let data: TensorData
    let initial: [Tensor]
    let cases: [Case]

    static let all: TrainingFixture = {
        do {
            return try TrainingFixture()
        } catch {
            Issue.record("training.json.gz: \(error)")
            let empty = Tensor([0, 0], [])
            return TrainingFixture(data: TensorData(inputs: empty, targets: empty), initial: [], cases: [])
        }
    }()

    private init(data: TensorData, initial: [Tensor], cases: [Case]) {
        (self.data, self.initial, self.cases) = (data, initial, cases)
    }

    private init() throws {
        let json = try Reference.document("training.json.gz")
        func floats(_ json: JSONValue?) throws -> [Float] {
            try #require(json).array().map { value in try value.float() }
        }
        self.init(
            data: TensorData(
                inputs: Tensor([13, 4], try floats(json["inputs"])),
                targets: Tensor([13, 3], try floats(json["targets"]))
            ),
            initial: [Tensor([4, 3], try floats(json["kernel"])), Tensor([3], try floats(json["bias"]))],
            cases: try #require(json["cases"]).array().map { row in
                let options = try #require(row["options"])
                return Case(
                    options: try TrainingOptions(options),
                    weights: try #require(row["weights"]).array().map { try $0.array().map { try floats($0) } },
                    final: try #require(row["final"]).array().map { try floats($0) },
                    history: try #require(row["history"]).members.reduce(into: [:]) { history, member in
                        history[member.key] = try member.value.array().map { value in try value.double() }
                    },
                    testDescription: options["optimizer"]?.source ?? ""
                )
            }
        )
    }

    /// The session of a case before its first step.
    func session(_ row: Case) throws -> TrainingSession {
        try TrainingSession(
            network: network([4], #"{"type": "Dense", "units": 3}"#),
            options: row.options,
            data: data,
            threads: 1,
            weights: initial
        )
    }
}
