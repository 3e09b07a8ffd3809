import Foundation
import JSON
import NN

/// One network and batch size of `workloads.json`, with made-up data of its shape.
struct Workload {
    let name: String
    let batch: Int
    let network: Network
    private let classes: Int
    /// What integer inputs lie below; nil where inputs are numbers in 0…1.
    private let tokens: Int?

    /// The workloads of a file in the order it lists them.
    static func all(at path: String) throws -> [Workload] {
        let document = try JSONDocument(parsing: Array(Data(contentsOf: URL(filePath: path))))
        guard let list = document.root["workloads"] else { throw UnreadableWorkloads(path: path) }
        return try list.elements.map { entry in
            guard let name = entry["name"], let batch = entry["batch"], let classes = entry["classes"],
                let model = entry["model"]
            else { throw UnreadableWorkloads(path: path) }
            return Workload(
                name: try name.string(),
                batch: try batch.int(),
                network: try Network(ModelDefinition(model)),
                classes: try classes.int(),
                tokens: try entry["tokens"]?.int()
            )
        }
    }

    /// Four batches of numbers in 0…1 or of tokens, at least 32 rows, that are the same in every run.
    var data: TensorData { data(rows: max(batch * 4, 32)) }

    /// So many rows, as those of `data`.
    func data(rows: Int) -> TensorData {
        var generator = SeededGenerator(seed: 1)
        let inputs = (0..<rows * network.inputShape.volume).map { _ in
            let number = Float(generator.uniform())
            return tokens.map { (number * Float($0)).rounded(.down) } ?? number
        }
        let targets = (0..<rows).map { classes > 0 ? Float($0 % classes) : Float(generator.uniform()) }
        return TensorData(
            inputs: Tensor(network.inputShape.batched(rows), inputs),
            targets: Tensor(classes > 0 ? [rows] : [rows, 1], targets),
            classes: classes > 0 ? classes : nil
        )
    }

    /// Adam and the loss that fits the targets, products in a precision.
    func options(_ precision: ProductPrecision) -> String {
        let loss = classes > 0 ? "sparse_categorical_crossentropy" : "mse"
        let rest = #""loss": "\#(loss)", "precision": "\#(precision.rawValue)""#
        return #"{"epochs": 1000000, "batch_size": \#(batch), "optimizer": "adam", \#(rest)}"#
    }
}

extension Workload {
    /// The floating-point operations of a sample's training step: forward, and twice as many backward.
    var operationsPerSample: Int { network.operations * 3 }
}

/// A file that isn't a list of workloads.
struct UnreadableWorkloads: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): expected {\"workloads\": [{name, batch, classes, model}]}" }
}
