import JSON
import NN
import Testing

/// Definitions that `model.to_json()` of Keras 2.2.4, tf_keras 2.21.0 and Keras 3.15.1 wrote, stored in `Fixtures`.
struct KerasFileTests {
    static let cases = Reference.cases("keras_models.json.gz")

    @Test func `there are definitions of both`() {
        #expect(Self.cases.count >= 14)
    }

    @Test(arguments: cases)
    func `a definition has the weights and the results that it has in Keras`(row: ReferenceCase) throws {
        let network = try row.network()

        #expect(network.parameterCount == (try row.value("parameters").int()))
        let outputs = try row.value("outputs").members.map { try $0.value.ints() }
        #expect(
            network.outputs.map(\.shape.extents).sorted { $0.description < $1.description }
                == outputs.sorted { $0.description < $1.description }
        )
        var json = JSONWriter()
        json.write(network.definition)
        let written = try JSONDocument(parsing: json.text)
        #expect(try ModelDefinition(written.root) == network.definition)
    }

    private func definition(_ text: String) throws -> ModelDefinition {
        try ModelDefinition(JSONDocument(parsing: text).root)
    }

    @Test func `a model called twice shares its weights, and a frozen one's stay`() throws {
        let row = try #require(Self.cases.first { $0.testDescription == "keras3 nested_deep" })
        let definition = try row.network().definition

        let first = try #require(definition.layers.first { $0.name == "tower.stem.second" })
        let again = try #require(definition.layers.first { $0.name == "tower_call_1.stem.second" })
        #expect(first.reuse == nil)
        #expect(again.reuse == "tower.stem.second")

        let frozen = try #require(Self.cases.first { $0.testDescription == "keras2 nested" }).network().definition
        #expect(frozen.layers.filter { $0.name.hasPrefix("backbone.c") }.allSatisfy { !$0.trainable })
        #expect(frozen.layers.last?.trainable == true)
    }

    @Test func `inputs and outputs that are objects have their names`() throws {
        let network = try #require(Self.cases.first { $0.testDescription == "keras3 multi_io_dict" }).network()

        #expect(network.outputs.map(\.name) == ["side", "size"])
        #expect(Set(network.inputs.map(\.name)) == ["point", "series"])
    }

    @Test func `the first layer of an old Sequential says the shape of a sample`() throws {
        let old = #"""
            {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "d", "units": 2,
             "batch_input_shape": [null, 3], "dtype": "float32"}}]}
            """#

        #expect(try definition(old).inputShape == [3])
        let built = #"""
            {"class_name": "Sequential", "config": {"name": "s", "build_input_shape": [null, 5], "layers": [
             {"class_name": "Dense", "config": {"name": "d", "units": 2}}]}}
            """#
        #expect(try definition(built).inputShape == [5])
    }

    /// What stands beside class and configuration, and the name of the function that `hard_sigmoid` is then.
    static let hardSigmoids: [(marks: String, name: String)] = [
        (#", "keras_version": "2.15.0", "backend": "tensorflow", "module": "keras""#, "hard_sigmoid_keras2"),
        ("", "hard_sigmoid_keras2"),
        (#", "module": "keras", "registered_name": null"#, "hard_sigmoid"),
        (#", "keras_version": "3.5.0""#, "hard_sigmoid"),
    ]

    @Test(arguments: hardSigmoids)
    func `hard_sigmoid is the function of the Keras that wrote the file`(marks: String, name: String) throws {
        let text = #"""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
             {"class_name": "Bidirectional", "config": {"name": "b", "batch_input_shape": [null, 4, 2], "layer":
              {"class_name": "LSTM", "config": {"name": "l", "units": 3, "recurrent_activation": "hard_sigmoid"}}}},
             {"class_name": "Dense", "config": {"name": "d", "units": 1, "activation": "hard_sigmoid"}}]}\#(marks)}
            """#

        let read = try definition(text)
        var json = JSONWriter()
        json.write(read)

        let found = ["hard_sigmoid", "hard_sigmoid_keras2"].filter { json.text.contains("\"\($0)\"") }
        #expect(found == [name])
        // As it is stored and written out, it is read as the same again.
        #expect(try definition(json.text) == read)
    }

    @Test(arguments: ["int32", "int64", "uint8", "bool", "float32"])
    func `an input may be of whole numbers`(type: String) throws {
        let text = #"""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "InputLayer", "config":
             {"batch_shape": [null, 4], "dtype": {"module": "keras", "class_name": "DTypePolicy",
             "config": {"name": "\#(type)"}}}}, {"class_name": "Flatten", "config": {"name": "f"}}]}}
            """#

        #expect(try definition(text).inputShape == [4])
    }

    @Test func `models within models end`() throws {
        var model = #"{"class_name": "Flatten", "config": {"name": "f"}}"#
        for depth in 0..<18 {
            model = #"{"class_name": "Sequential", "config": {"name": "m\#(depth)", "layers": [\#(model)]}}"#
        }

        let error = try #require(throws: FaultyInput.self) { try definition(model) }

        #expect(error.description.contains("at most 16 models within one another"))
    }
}
