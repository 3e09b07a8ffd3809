import Interchange
import JSON
import NN
import Testing

/// What `compile` was told in Keras's files, and what is said of the rest.
struct KerasCompileTests {
    private func model(_ path: String) throws -> ImportedModel {
        let bytes = try Fixture.bytes(path)
        let format = try #require(ModelFormats.reading(Array(bytes.prefix(ModelFormats.prefixBytes))))
        return try format.model(in: ReceivedFile(bytes), by: .here, limits: .standard)
    }

    /// The notes but that on the state of an optimizer that has made no step.
    private func notes(of model: ImportedModel) -> [String] {
        model.notes.filter { !$0.hasPrefix("the optimizer's state") }
    }

    @Test(arguments: [
        ("compiled_by_name", #"{"qq": ["mse", "mae"]}"#, "sum", "mean_squared_error"),
        ("compiled_by_place", #"{"pp": ["accuracy"]}"#, "none", "mean_absolute_error"),
    ])
    func `metrics stay with their outputs, and a loss's own sum is noted`(
        name: String,
        metrics: String,
        reduction: String,
        loss: String
    ) throws {
        let read = try model("keras3/\(name).keras")

        let compile = try #require(read.compile)
        let options = try TrainingOptions(compile)
        let expected = try TrainingOptions(Fixtures.json(#"{"loss": "mse", "metrics": \#(metrics)}"#))
        #expect(options.metrics == expected.metrics)
        #expect(
            notes(of: read) == [
                "the reduction \(reduction) of loss \(loss) is left out: a loss is the mean over the batch"
            ]
        )
    }

    @Test func `a note names the argument for which a loss or a metric is left out`() throws {
        let read = try model("keras3/compiled_arguments.keras")

        #expect(read.compile?["loss"] == nil)
        #expect(
            read.compile?["metrics"]?[0]?["thresholds"]?.count ?? 0 > 1,
            "\(read.compile?["metrics"]?.source ?? "")"
        )
        let notes = notes(of: read)
        #expect(notes.count == 1)
        let loss = "loss sparse_categorical_crossentropy is left out; a training has to name one: ignore_class: "
        #expect(notes.first?.hasPrefix(loss) == true, "\(notes)")
    }

    @Test func `what is said of outputs by their keys goes by their names here`() throws {
        let compile = try #require(try model("keras3/compiled_by_key.keras").compile)

        #expect(compile["loss"]?["size"] != nil, "\(compile.source)")
        #expect(compile["loss"]?["kind"]?["label_smoothing"]?.source == "0.1", "\(compile.source)")
        #expect(compile["loss_weights"]?.source == #"{"kind":2.0,"size":0.5}"#, "\(compile.source)")
        #expect(compile["metrics"]?["kind"]?[0]?["thresholds"]?.count == 2, "\(compile.source)")
        _ = try TrainingOptions(compile)
    }

    @Test(arguments: ["keras3/input_order.keras", "keras3/input_order.h5"])
    func `inputs stand in the order in which Keras's model takes them`(path: String) throws {
        let network = try Network(ModelDefinition(model(path).definition))

        #expect(network.inputs.map(\.name) == ["a", "b"])
    }
}
