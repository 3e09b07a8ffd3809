import Foundation
import JSON
import NN

/// One network and batch size of `workloads.json`, with made-up data of its shape.
struct Workload {
    let name: String
    let batch: Int
    let network: Network
    private let classes: Int

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
                classes: try classes.int()
            )
        }
    }

    /// Four batches of numbers in 0…1 that are the same in every run.
    var data: TensorData {
        let rows = batch * 4
        var generator = SeededGenerator(seed: 1)
        let inputs = (0..<rows * network.inputShape.volume).map { _ in Float(generator.uniform()) }
        let targets = (0..<rows).map { classes > 0 ? Float($0 % classes) : Float(generator.uniform()) }
        return TensorData(
            inputs: Tensor(network.inputShape.batched(rows), inputs),
            targets: Tensor(classes > 0 ? [rows] : [rows, 1], targets),
            classes: classes > 0 ? classes : nil
        )
    }

    /// Adam and the loss that fits the targets.
    var options: String {
        let loss = classes > 0 ? "sparse_categorical_crossentropy" : "mse"
        return #"{"epochs": 1000000, "batch_size": \#(batch), "optimizer": "adam", "loss": "\#(loss)"}"#
    }
}

/// A file that isn't a list of workloads.
struct UnreadableWorkloads: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): expected {\"workloads\": [{name, batch, classes, model}]}" }
}
