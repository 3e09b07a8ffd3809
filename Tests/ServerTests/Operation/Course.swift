/// A model and how it is trained, small enough to be trained often, with what makes repeating hard: shuffling, dropout,
/// an optimizer that remembers, a validation split.
struct Course: Sendable {
    let model: String
    let definition: String
    let request: String
    let input: String

    /// One for each optimizer, dataset and way to send data.
    static let all = [
        classifier("adam", #"{"type": "Adam", "learning_rate": 0.01}"#),
        classifier("sgd", #"{"type": "SGD", "learning_rate": 0.01, "momentum": 0.9, "nesterov": true}"#),
        Course(
            model: "rmsprop",
            definition: """
                {"name": "rmsprop", "input_shape": [24, 1], "seed": 1, "layers": [
                  {"type": "Rescaling", "scale": 0.01}, {"type": "GRU", "units": 4}, {"type": "Dense", "units": 1}]}
                """,
            request: """
                {"model": "rmsprop", "dataset": "sunspots", "epochs": 12, "batch_size": 16, "seed": 5, "loss": "mse",
                 "optimizer": {"type": "RMSprop", "learning_rate": 0.01, "momentum": 0.5}}
                """,
            input: "[\(Array(repeating: "50", count: 24).joined(separator: ","))]"
        ),
        Course(
            model: "inline",
            definition: """
                {"name": "inline", "input_shape": [2], "seed": 3, "layers": [
                  {"type": "Dense", "units": 8, "activation": "tanh"}, {"type": "Dropout", "rate": 0.1},
                  {"type": "Dense", "units": 1, "activation": "sigmoid"}]}
                """,
            request: """
                {"model": "inline", "data": {"x": [[0,0],[0,1],[1,0],[1,1],[0,2],[2,0],[2,2]], "y": [0,1,1,0,0,0,0]},
                 "epochs": 1500, "batch_size": 3, "seed": 4, "loss": "binary_crossentropy"}
                """,
            input: "[0,1]"
        ),
    ]

    private static func classifier(_ name: String, _ optimizer: String) -> Course {
        Course(
            model: name,
            definition: """
                {"name": "\(name)", "input_shape": [8, 8, 1], "seed": 7, "layers": [
                  {"type": "Rescaling", "scale": 0.0625}, {"type": "Flatten"},
                  {"type": "Dense", "units": 32, "activation": "relu"}, {"type": "Dropout", "rate": 0.3},
                  {"type": "Dense", "units": 10, "activation": "softmax"}]}
                """,
            request: """
                {"model": "\(name)", "dataset": "digits", "epochs": 12, "batch_size": 16, "seed": 3,
                 "optimizer": \(optimizer), "validation_split": 0.1, "metrics": ["accuracy"], "keep_epochs": 2,
                 "loss": "sparse_categorical_crossentropy"}
                """,
            input: Samples.zero
        )
    }
}
