internal import JSON

/// The loss for a model whose file names none, by its output and by what is to be predicted.
struct FittingLoss: Equatable {
    /// The loss's name.
    let name: String
    /// Whether what is learned is which class a row is of.
    var isOfClasses: Bool { name != "mean_squared_error" }

    init(model: JSONValue, dataset: JSONValue) {
        let outputs = model.list("output_shape").last.flatMap { try? $0.int() } ?? 1
        let target = dataset["defaults"]?.list("targets").first.flatMap { try? $0.string() }
        let column = dataset.list("columns").first { $0.text("name") == target }
        let type = dataset["target"]?.text("kind") ?? column?.text("type") ?? "number"
        let isClass = ["class", "category", "boolean"].contains(type) || (type == "integer" && outputs > 1)
        name =
            switch (isClass, outputs) {
            case (false, _): "mean_squared_error"
            case (true, 1): "binary_crossentropy"
            case (true, _): "sparse_categorical_crossentropy"
            }
    }
}
