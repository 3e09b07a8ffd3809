/// Models and requests that tests share.
enum Samples {
    /// A small CNN for the digits.
    static func cnn(_ name: String = "cnn", seed: Int = 7) -> String {
        """
        {"name": "\(name)", "input_shape": [8, 8, 1], "seed": \(seed), "layers": [
          {"type": "Rescaling", "scale": 0.0625},
          {"type": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "same", "activation": "relu"},
          {"type": "MaxPooling2D", "pool_size": 2},
          {"type": "Flatten"},
          {"type": "Dropout", "rate": 0.2},
          {"type": "Dense", "units": 10, "activation": "softmax"}]}
        """
    }

    /// Training of the CNN.
    static func digits(_ model: String = "cnn", epochs: Int = 3, _ more: String = "") -> String {
        """
        {"model": "\(model)", "dataset": "digits", "epochs": \(epochs), "batch_size": 32, "seed": 3,
         "optimizer": {"type": "Adam", "learning_rate": 0.005}, "metrics": ["accuracy"],
         "loss": "sparse_categorical_crossentropy"\(more.isEmpty ? "" : ", " + more)}
        """
    }

    /// A small GRU for the sunspots.
    static let gru = """
        {"name": "gru", "input_shape": [24, 1], "seed": 1, "layers": [
          {"type": "Rescaling", "scale": 0.01}, {"type": "GRU", "units": 16}, {"type": "Dense", "units": 1},
          {"type": "Rescaling", "scale": 100}]}
        """

    /// Training of the GRU.
    static let sunspots = """
        {"model": "gru", "dataset": "sunspots", "epochs": 40, "batch_size": 16, "seed": 1,
         "optimizer": {"type": "Adam", "learning_rate": 0.005}, "metrics": ["mae"], "loss": "mse"}
        """

    /// A zero among the digits, as 64 numbers.
    static let zero = """
        [0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,\
        0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0]
        """

    /// A model of two numbers in, one out, without training.
    static let line = """
        {"name": "line", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}
        """
}
