import JSON
import NN
import Testing

/// Presets against the sizes that their papers and reference implementations give.
struct PresetTests {
    /// A preset on an input, and its trained weights.
    struct Row: CustomTestStringConvertible, Sendable {
        let preset: String
        let input: Shape
        let options: String
        let trained: Int
        let output: Shape

        var testDescription: String { "\(preset) on \(input)\(options)" }

        init(_ preset: String, _ input: Shape, _ options: String = "", trained: Int, output: Shape) {
            self.preset = preset
            self.input = input
            self.options = options
            self.trained = trained
            self.output = output
        }

        func network() throws -> Network {
            try NNTests.network(
                "{\"name\": \"m\", \"preset\": \"\(preset)\", \"input_shape\": \(input)\(options)}"
            )
        }
    }

    static let rows = [
        Row("lenet5", [28, 28, 1], trained: 61_706, output: [10]),
        Row("vgg11", [224, 224, 3], trained: 132_863_336, output: [1000]),
        Row("vgg16", [224, 224, 3], trained: 138_357_544, output: [1000]),
        Row("resnet18", [224, 224, 3], trained: 11_689_512, output: [1000]),
        Row("resnet20", [32, 32, 3], trained: 272_474, output: [10]),
        Row("resnet50", [224, 224, 3], trained: 25_557_032, output: [1000]),
        // 3 · 128 · (28 + 128 + 2) and 4 · 128 · (28 + 128 + 1), then 128 · 10 + 10.
        Row("gru_classifier", [28, 28], trained: 60_672 + 1_290, output: [10]),
        Row("lstm_classifier", [28, 28], trained: 80_384 + 1_290, output: [10]),
        Row("gru_forecaster", [32, 1], trained: 3_360 + 33, output: [1]),
        // 65 · 64, 3 · 256 · (64 + 256 + 2), 256 · 65 + 65.
        Row("char_gru", [64], ", \"classes\": 65", trained: 4_160 + 247_296 + 16_705, output: [64, 65]),
        Row("lstm_classifier", [5, 3], ", \"classes\": 4, \"units\": 8", trained: 384 + 36, output: [4]),
        Row("resnet18", [17, 33, 1], ", \"classes\": 7", trained: 11_173_831, output: [7]),
        Row("vgg11", [28, 28, 1], ", \"classes\": 5", trained: 28_122_373, output: [5]),
    ]

    @Test(arguments: rows)
    func `a preset has the published number of weights`(row: Row) throws {
        let network = try row.network()

        let trained = network.parameters.filter(\.trainable).reduce(0) { $0 + $1.shape.volume }

        #expect(trained == row.trained)
        #expect(network.outputShape == row.output)
    }

    @Test func `every preset is tested`() {
        #expect(Set(Self.rows.map(\.preset)) == Set(ModelDefinition.presets))
    }

    @Test func `a preset expands to layers that mean the same when written and read`() throws {
        let definition = try Self.rows[4].network().definition
        var json = JSONWriter()
        definition.write(to: &json)

        #expect(try ModelDefinition(JSONDocument(parsing: json.bytes).root) == definition)
        #expect(definition.layers.count == 72)
    }

    @Test(arguments: [
        (
            #"{"name": "m", "preset": "lenet", "input_shape": [28, 28, 1]}"#,
            #"/preset: unknown preset "lenet"; did you mean "lenet5"? Known: lenet5, vgg11, vgg16, resnet18, "#
                + "resnet20, resnet50, gru_classifier, lstm_classifier, gru_forecaster, char_gru"
        ),
        (
            #"{"name": "m", "preset": "lenet5", "input_shape": [28, 28]}"#,
            #"/input_shape: "lenet5" needs [height, width, channels], found [28, 28]"#
        ),
        (
            #"{"name": "m", "preset": "lenet5", "input_shape": [28, 28, 1], "units": 3}"#,
            #"/units: "lenet5" has no recurrent layer; only those with one take units"#
        ),
        (
            #"{"name": "m", "preset": "lenet5", "input_shape": [28, 28, 1], "layers": []}"#,
            "/layers: expected a preset or layers, not both"
        ),
        (
            #"{"name": "m", "preset": "gru_classifier", "input_shape": [28, 28], "classes": 0}"#,
            "/classes: expected an integer from 1 to 65536, found 0"
        ),
        (
            #"{"name": "m", "preset": "gru_classifier"}"#,
            "/input_shape: missing; expected the shape of a sample, as in [28, 28, 1]"
        ),
    ])
    func `a wrong preset is told`(text: String, fault: String) throws {
        let error = try #require(throws: FaultyInput.self) {
            try ModelDefinition(JSONDocument(parsing: text).root)
        }

        #expect(error.faults.map(\.description) == [fault])
    }
}
