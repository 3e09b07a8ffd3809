import CPNG
import JSON
import Testing

extension TestServer {
    /// Looks inside a model.
    func inspect(_ view: String, of model: String, _ body: String, query: String = "") throws -> Reply {
        try post("/models/\(model)/inspect/\(view)\(query.isEmpty ? "" : "?\(query)")", body)
    }

    /// Defines a model unless an earlier test has.
    func ensure(_ model: String) throws {
        let reply = try post("/models", model)
        try #require([201, 409].contains(reply.status), "\(reply.text)")
    }
}

/// Models that tests look into.
enum InspectedModels {
    /// Pictures of 6 × 5 with two channels to four classes.
    static let picture = """
        {"name": "seen-picture", "input_shape": [6, 5, 2], "seed": 3, "layers": [
          {"type": "Conv2D", "name": "conv", "filters": 3, "kernel_size": 3, "activation": "relu"},
          {"type": "BatchNormalization", "name": "norm"}, {"type": "Flatten", "name": "flat"},
          {"type": "Dense", "name": "dense", "units": 4, "activation": "softmax"}],
          "compile": {"optimizer": "SGD", "loss": "sparse_categorical_crossentropy"}}
        """

    /// Series of seven steps.
    static let series = """
        {"name": "seen-series", "input_shape": [7, 3], "seed": 3, "layers": [
          {"type": "GRU", "name": "gru", "units": 5, "return_sequences": true},
          {"type": "LSTM", "name": "lstm", "units": 4},
          {"type": "Dense", "name": "dense", "units": 1}]}
        """

    /// Texts of indices, masked, with attention.
    static let text = """
        {"name": "seen-text", "input_shape": [5], "seed": 3, "layers": [
          {"type": "Embedding", "name": "words", "input_dim": 9, "output_dim": 4, "mask_zero": true},
          {"type": "MultiHeadAttention", "name": "heads", "num_heads": 2, "key_dim": 3, "inputs": ["words", "words"]},
          {"type": "Attention", "name": "plain", "inputs": ["heads", "words"]},
          {"type": "Bidirectional", "name": "both", "layer": {"type": "GRU", "units": 3}},
          {"type": "Dense", "name": "dense", "units": 1, "activation": "sigmoid"}]}
        """

    /// An instance of `picture`.
    static let image = nested([6, 5, 2])
    /// An instance of `series`.
    static let steps = nested([7, 3])

    /// Numbers of a shape, the same each time.
    static func nested(_ shape: [Int]) -> String {
        var next = 0
        func write(_ shape: ArraySlice<Int>) -> String {
            guard let extent = shape.first else {
                next += 1
                return "\(Double(next * 37 % 19) / 10 - 0.9)"
            }
            return "[\((0..<extent).map { _ in write(shape.dropFirst()) }.joined(separator: ","))]"
        }
        return write(shape[...])
    }
}

/// A PNG file's pixels.
struct DecodedPicture {
    let width: Int
    let height: Int
    /// RGB, row-major.
    let samples: [UInt8]

    /// Decodes a file.
    init(_ file: [UInt8]) throws {
        func number(_ place: Int) -> Int { file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        try #require(file.count > 33 && Array(file.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        (width, height) = (number(16), number(20))
        var samples = [UInt8](repeating: 0, count: width * height * 3)
        var fault = PNGFault()
        let status = png_decode(file, file.count, UInt32(width), UInt32(height), 3, &samples, &fault)
        try #require(status == 0)
        self.samples = samples
    }

    /// A pixel's colours.
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(samples[(y * width + x) * 3..<(y * width + x) * 3 + 3]) }
}

extension JSONValue {
    /// All numbers of nested arrays, in their order.
    func flat() throws -> [Float] {
        kind == .array ? try elements.flatMap { try $0.flat() } : [isNull ? .nan : try float()]
    }
}
