import NN
import Testing

/// What `Normalization` learns from the training rows.
struct AdaptationTests {
    @Test func `a normalization behind other layers asks for its input's columns`() throws {
        let network = try network(
            [2, 3],
            #"{"type": "Rescaling", "scale": 2}"#,
            #"{"type": "Normalization"}"#,
            #"{"type": "Flatten"}"#
        )
        let adaptation = try #require(network.adaptations.first)
        var graph = Graph()
        let input = try graph.input("x", shape: [2, 2, 3])
        let weights = try network.parameters.map { try graph.input($0.name, shape: $0.shape) }

        let samples = try network.appendSamples(of: adaptation, to: &graph, inputs: [input], parameters: weights)
        let computed = try evaluate(
            graph,
            [input: (0..<12).map(Float.init), weights[0]: [0, 0, 0], weights[1]: [1, 1, 1]],
            [samples]
        )

        #expect(network.adaptations.count == 1)
        #expect(adaptation.layer == "normalization")
        #expect(network.parameters[adaptation.mean].name == "normalization/mean")
        #expect(network.parameters[adaptation.variance].name == "normalization/variance")
        #expect(network.parameters.allSatisfy { !$0.trainable && $0.shape == [3] })
        #expect(graph.shape(of: samples) == [4, 3])
        #expect(computed[0] == (0..<12).map { 2 * Float($0) })
    }

    @Test func `the columns of several kept axes lie in the order of the means`() throws {
        let network = try network([2, 3], #"{"type": "Normalization", "axis": [1]}"#)
        let adaptation = try #require(network.adaptations.first)
        var graph = Graph()
        let input = try graph.input("x", shape: [2, 2, 3])
        let weights = try network.parameters.map { try graph.input($0.name, shape: $0.shape) }

        let samples = try network.appendSamples(of: adaptation, to: &graph, inputs: [input], parameters: weights)
        let computed = try evaluate(
            graph,
            [input: (0..<12).map(Float.init), weights[0]: [0, 0], weights[1]: [1, 1]],
            [samples]
        )

        #expect(computed[0] == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    }

    @Test func `a normalization with given moments learns nothing`() throws {
        let network = try network([3], #"{"type": "Normalization", "mean": 1, "variance": 2}"#)

        #expect(network.adaptations.isEmpty)
        #expect(network.parameters.isEmpty)
    }
}
