import JSON
import NN
import Testing

/// What is told of a model in Keras's form that can't be taken.
struct KerasModelTests {
    static let faulty: [(String, [String])] = [
        (
            #"{"class_name": "Sequental", "config": {"name": "m", "layers": []}}"#,
            [
                #"/class_name: expected one of "Sequential", "Functional", "Model", found "Sequental"; "#
                    + #"did you mean "Sequential"?"#,
                "/config/layers: expected an array of 1 to 2000, found an empty array",
            ]
        ),
        (
            #"""
            {"class_name": "Functional", "config": {"name": "m", "output_layers": [["b", 0, 0]], "layers": [
             {"class_name": "InputLayer", "config": {"name": "a", "batch_shape": [null, 4]}, "inbound_nodes": []},
             {"class_name": "Flatten", "config": {"name": "b"}, "inbound_nodes": [5]}]}}
            """#,
            [
                #"/config/layers/1/inbound_nodes/0: expected {"args": […], "kwargs": {…}} or "#
                    + #"[["dense", 0, 0, {}], …], as Keras writes a call, found 5"#
            ]
        ),
        (
            #"""
            {"class_name": "Functional", "config": {"name": "m", "output_layers": ["c", 0], "layers": [
             {"class_name": "InputLayer", "config": {"name": "a", "batch_shape": [null, 4]}, "inbound_nodes": []}]}}
            """#,
            [
                #"/config/output_layers: expected a layer, a call and a result, as ["dense", 0, 0], found an array of 2"#
            ]
        ),
    ]

    @Test(arguments: faulty)
    func `a fault is told with its place`(text: String, faults: [String]) throws {
        let error = try #require(throws: FaultyInput.self) {
            try ModelDefinition(JSONDocument(parsing: text).root)
        }

        #expect(error.faults.map(\.description) == faults)
    }

    @Test func `a name and a seed may be given beside Keras's own`() throws {
        let text = #"""
            {"class_name": "Sequential", "name": "mine", "seed": 5, "config": {"name": "sequential", "layers": [
             {"class_name": "InputLayer", "config": {"batch_shape": [null, 4]}},
             {"class_name": "Dense", "config": {"units": 3}}]}}
            """#

        let definition = try ModelDefinition(JSONDocument(parsing: text).root)

        #expect(definition.name == "mine")
        #expect(definition.seed == 5)
        #expect(definition.inputShape == [4])
        #expect(definition.layers.map(\.name) == ["input_layer", "dense"])
    }

    @Test func `inputs stand in the order of input_layers`() throws {
        func input(_ name: String) -> String {
            #"{"class_name": "InputLayer", "config": {"name": "\#(name)", "batch_shape": [null, 3]}, "inbound_nodes": []}"#
        }
        let text = #"""
            {"class_name": "Functional", "config": {"name": "m", "input_layers": [["a", 0, 0], ["b", 0, 0]],
             "output_layers": [["difference", 0, 0]], "layers": [
             \#(input("b")),
             {"class_name": "Dense", "config": {"name": "dense", "units": 3}, "inbound_nodes": [[["b", 0, 0, {}]]]},
             \#(input("a")),
             {"class_name": "Subtract", "config": {"name": "difference"},
              "inbound_nodes": [[["a", 0, 0, {}], ["dense", 0, 0, {}]]]}]}}
            """#

        let network = try Network(ModelDefinition(JSONDocument(parsing: text).root))

        #expect(network.inputs.map(\.name) == ["a", "b"])
        #expect(network.definition.layers.map(\.name) == ["a", "b", "dense", "difference"])
    }

    @Test(arguments: [
        ("DepthwiseConv2D", #""kernel_size": 3, "groups": "#),
        ("SeparableConv1D", #""filters": 2, "kernel_size": 3, "groups": "#),
        ("Conv3DTranspose", #""filters": 2, "kernel_size": 3, "groups": "#),
    ])
    func `groups that Keras 2 writes of a convolution without them are read where they are 1`(
        type: String,
        start: String
    ) throws {
        let extents = type.contains("3D") ? "8, 8, 8, 2" : type.contains("2D") ? "8, 8, 2" : "8, 2"
        func definition(_ groups: Int) throws -> ModelDefinition {
            let text = #"""
                {"class_name": "Sequential", "config": {"name": "m", "layers": [
                 {"class_name": "InputLayer", "config": {"batch_shape": [null, \#(extents)]}},
                 {"class_name": "\#(type)", "config": {"name": "c", \#(start)\#(groups)}}]}}
                """#
            return try ModelDefinition(JSONDocument(parsing: text).root)
        }

        #expect(try definition(1).layers.map(\.name) == ["input_layer", "c"])
        let error = #expect(throws: FaultyInput.self) { try definition(2) }
        #expect(error?.faults.map(\.pointer) == ["/config/layers/1/config/groups"])
    }
}
