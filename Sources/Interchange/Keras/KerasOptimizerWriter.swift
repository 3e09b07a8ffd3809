import Glibc
import JSON
import NN

/// Writes what `compile` was told, and what an optimizer remembers, as Keras 3 keeps them in an archive.
struct KerasOptimizerWriter {
    private let optimizer: ImportedOptimizer
    private let compile: JSONValue?

    /// Metrics that are taken along, by names that stand for them without arguments.
    private static let metrics: Set<String> = [
        "accuracy", "binary_accuracy", "categorical_accuracy", "cosine_similarity", "mean_absolute_error",
        "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error",
        "sparse_categorical_accuracy", "mae", "mse",
    ]

    /// Metrics that are taken along with their arguments, which are Keras's.
    private static let metricClasses: Set<String> = [
        "AUC", "BinaryAccuracy", "BinaryCrossentropy", "BinaryIoU", "CategoricalAccuracy", "CategoricalCrossentropy",
        "CategoricalHinge", "CosineSimilarity", "F1Score", "FalseNegatives", "FalsePositives", "FBetaScore", "Hinge",
        "IoU", "KLDivergence", "LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanIoU",
        "MeanSquaredError", "MeanSquaredLogarithmicError", "OneHotIoU", "OneHotMeanIoU", "Poisson", "Precision",
        "PrecisionAtRecall", "R2Score", "Recall", "RecallAtPrecision", "RootMeanSquaredError",
        "SensitivityAtSpecificity", "SparseCategoricalAccuracy", "SparseCategoricalCrossentropy",
        "SparseTopKCategoricalAccuracy", "SpecificityAtSensitivity", "SquaredHinge", "TopKCategoricalAccuracy",
        "TrueNegatives", "TruePositives",
    ]

    /// Prepares a model; nil where nothing is known of an optimizer.
    init?(_ model: ExportedModel) {
        guard let optimizer = model.optimizer else { return nil }
        (self.optimizer, compile) = (optimizer, model.compile)
    }

    // MARK: Configuration

    /// Writes a `compile_config`.
    ///
    /// - Parameters:
    ///   - names: The layers' names in the file.
    ///   - json: Where to.
    func writeConfig(_ names: KerasNames, to json: inout JSONWriter) {
        json.object { json in
            json.key("optimizer")
            let written = try? JSONDocument(parsing: optimizer.optimizer.written, maximumDepth: 32).root
            if let written { object(written, "keras.optimizers", to: &json) } else { json.null() }
            json.key("loss")
            part(compile?["loss"], "keras.losses", names, to: &json)
            json.key("loss_weights")
            part(compile?["loss_weights"], "", names, to: &json)
            json.key("metrics")
            metrics(compile?["metrics"], names, to: &json)
            json.field("weighted_metrics", Int?.none)
            json.field("run_eagerly", false)
            json.field("steps_per_execution", 1)
            json.field("jit_compile", false)
        }
    }

    /// Writes the metrics that Keras has, those of several outputs by output.
    private func metrics(_ value: JSONValue?, _ names: KerasNames, to json: inout JSONWriter) {
        guard let value else { return json.null() }
        switch value.kind {
        case .object:
            json.object { json in
                for member in value.members {
                    json.key(names[member.key])
                    metrics(member.value, names, to: &json)
                }
            }
        case .array:
            let known = value.elements.filter(Self.isOfKeras)
            guard !known.isEmpty else { return json.null() }
            json.array { json in for metric in known { self.metric(metric, to: &json) } }
        case .string where Self.isOfKeras(value): json.array { json in metric(value, to: &json) }
        default: json.null()
        }
    }

    private static func isOfKeras(_ metric: JSONValue) -> Bool {
        metrics.contains((try? metric.string()) ?? "")
            || metricClasses.contains((try? metric.string()) ?? KerasClasses.name(of: metric))
    }

    private func metric(_ value: JSONValue, to json: inout JSONWriter) {
        let given = try? value.string()
        if let given, Self.metrics.contains(given) { return json.write(given) }
        let className = given ?? KerasClasses.name(of: value)
        json.object { json in
            json.field("module", "keras.metrics")
            json.field("class_name", className)
            json.key("config")
            json.object { json in
                for member in value.members where member.key != "type" { json.field(member.key, member.value) }
                // Keras's own default is a score for each class.
                if ["F1Score", "FBetaScore"].contains(className), value["average"] == nil {
                    json.field("average", "macro")
                }
            }
            json.field("registered_name", String?.none)
        }
    }

    /// Writes a name as it is, an object as one of Keras's, and what is given by output so.
    private func part(_ value: JSONValue?, _ module: String, _ names: KerasNames, to json: inout JSONWriter) {
        guard let value, !value.isNull else { return json.null() }
        switch value.kind {
        case .object where value["type"] != nil: object(value, module, to: &json)
        case .object:
            json.object { json in
                for member in value.members {
                    json.key(names[member.key])
                    part(member.value, module, names, to: &json)
                }
            }
        case .array: json.array { json in for element in value.elements { part(element, module, names, to: &json) } }
        default: json.write(value)
        }
    }

    private func object(_ value: JSONValue, _ module: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("module", module)
            json.field("class_name", Self.className(KerasClasses.name(of: value)))
            json.key("config")
            json.object { json in
                for member in value.members where member.key != "type" {
                    // What is at rest may be an argument that Keras doesn't have.
                    if member.key == "label_smoothing", (try? member.value.double()) == 0 { continue }
                    json.key(member.key)
                    if member.key == "learning_rate", member.value.kind == .object {
                        object(member.value, "keras.optimizers.schedules", to: &json)
                    } else {
                        json.write(member.value)
                    }
                }
            }
            json.field("registered_name", String?.none)
        }
    }

    /// Keras's class of a name here: `MeanSquaredError` of `mean_squared_error`.
    private static func className(_ name: String) -> String {
        guard let first = name.first, first.isLowercase else { return name }
        let whole = ["ctc", "kl"]
        return name.split(separator: "_").map { part in
            whole.contains(String(part)) ? part.uppercased() : part.prefix(1).uppercased() + part.dropFirst()
        }.joined()
    }

    // MARK: Variables

    /// Writes the variables.
    ///
    /// - Parameters:
    ///   - file: The weights file.
    ///   - weights: The weights that are trained, in the order of the file.
    func writeVariables(to file: HDF5Writer, of weights: [WeightsFile.Entry]) {
        let written = try? JSONDocument(parsing: optimizer.optimizer.written, maximumDepth: 32).root
        let rate = try? written?["learning_rate"]?.float()
        let variables = KerasOptimizerState.tensors(of: optimizer, for: weights)
        file.group("optimizer/vars") { group in
            group.write("0", Int32(clamping: optimizer.updates))
            if let rate { group.write("1", Tensor([], [rate])) }
            let start = rate == nil ? 1 : 2
            for (number, tensor) in variables.enumerated() { group.write("\(start + number)", tensor) }
            if optimizer.optimizer.name == "Nadam" {
                let decay = (try? written?["beta_1"]?.double()) ?? 0.9
                group.write("\(start + variables.count)", Tensor([], [productOfDecays(decay)]))
            }
        }
    }

    /// The product that Keras's Nadam keeps of its decays, one an update (Dozat 2016, with Keras's 0.96).
    private func productOfDecays(_ decay: Double) -> Float {
        var (product, power) = (1.0, 1.0)
        // Behind these the power no longer counts; a file may say that there were any number of updates.
        let counting = min(optimizer.updates, 1000)
        for _ in 0..<counting {
            power *= 0.96
            product *= decay * (1 - 0.5 * power)
        }
        return Float(product * pow(decay, Double(optimizer.updates - counting)))
    }
}
