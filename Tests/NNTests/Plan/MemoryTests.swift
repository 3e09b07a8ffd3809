import JSON
import NN
import Testing

/// How much memory training takes: weights, gradients, optimizer and arenas of one replica.
struct MemoryTests {
    @Test(arguments: [
        (
            #"{"name": "lenet", "input_shape": [28, 28, 1], "layers": [{"type": "Conv2D", "filters": 6, "#
                + #""kernel_size": 5, "padding": "same", "activation": "tanh"}, {"type": "AveragePooling2D"}, "#
                + #"{"type": "Conv2D", "filters": 16, "kernel_size": 5, "activation": "tanh"}, "#
                + #"{"type": "AveragePooling2D"}, {"type": "Flatten"}, {"type": "Dense", "units": 120, "#
                + #""activation": "tanh"}, {"type": "Dense", "units": 84, "activation": "tanh"}, "#
                + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#, 32, 3 << 20
        ),
        (
            #"{"name": "gru", "input_shape": [28, 28], "layers": [{"type": "GRU", "units": 128}, "#
                + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#, 64, 6 << 20
        ),
    ])
    func `training holds no more than its bound`(definition: String, batch: Int, bound: Int) throws {
        let network = try network(definition)
        let data = TensorData(
            inputs: Tensor(repeating: 0.5, network.inputShape.batched(batch)),
            targets: Tensor([batch], (0..<batch).map { Float($0 % 10) }),
            classes: 10
        )
        let options = try TrainingOptions(
            JSONDocument(
                parsing: #"{"epochs": 1, "batch_size": \#(batch), "optimizer": "adam", "#
                    + #""loss": "sparse_categorical_crossentropy"}"#
            ).root
        )
        let session = try TrainingSession(network: network, options: options, data: data, threads: 1)
        _ = try session.run { _, _ in .proceed }

        #expect(session.bytes <= bound)
        #expect(session.bytes > batch * network.inputShape.volume)
    }
}
