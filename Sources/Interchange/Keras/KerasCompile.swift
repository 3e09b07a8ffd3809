import JSON
import NN

/// What `compile` was told, as the defaults of a training here: optimizer, loss and metrics, as far as they are known.
struct KerasCompile {
    /// The defaults as JSON; nil where nothing could be kept.
    private(set) var json: JSONValue?
    /// The optimizer of these; nil where it could not be kept.
    private(set) var optimizer: OptimizerConfiguration?

    /// Options of every optimizer that do nothing at these values.
    private static let idleOptions: [String: String] = [
        "jit_compile": "true", "is_legacy_optimizer": "false", "decay": "0.0",
    ]
    private static let ignoredOptions: Set<String> = [
        "name", "jit_compile", "is_legacy_optimizer", "loss_scale_factor",
    ]
    /// Those that say nothing without an average of the weights.
    private static let averageOptions: Set<String> = ["use_ema", "ema_momentum", "ema_overwrite_frequency"]

    /// Reads what Keras keeps of `compile`.
    ///
    /// - Parameters:
    ///   - config: The `compile_config` of Keras 3 or the `training_config` of Keras 2.
    ///   - outputs: The model's outputs in their order; needed where there are several.
    ///   - notes: Told what is left out.
    init(_ config: JSONValue, outputs: KerasOutputs = KerasOutputs(), _ notes: inout [String]) {
        var members: [(key: String, value: JSONValue)] = []
        if let optimizer = config["optimizer"] ?? config["optimizer_config"], !optimizer.isNull,
            let value = Self.optimizer(optimizer, &notes)
        {
            members.append(("optimizer", value))
            var faults = Faults()
            self.optimizer = OptimizerConfiguration(value, &faults)
        }
        if let loss = config["loss"], !loss.isNull {
            if let value = Self.loss(loss, of: outputs, &notes) {
                members.append(("loss", value))
                Self.noteReductions(of: loss, &notes)
            }
        }
        if let metrics = config["metrics"], !metrics.isNull {
            let isByOutput = outputs.names.count > 1
            let value = isByOutput ? Self.metrics(metrics, by: outputs, &notes) : Self.list(of: metrics, &notes)
            if let value { members.append(("metrics", value)) }
        }
        if let weights = config["loss_weights"], !weights.isNull, weights.count > 0,
            let value = Self.kept(
                "loss_weights",
                Self.named(weights, "the loss weight", of: outputs, &notes) ?? weights
            )
        {
            members.append(("loss_weights", value))
        }
        guard members.contains(where: { $0.key == "loss" || $0.key == "optimizer" }) else { return }
        json = Self.parsed { json in
            json.object { json in
                for (key, value) in members { json.field(key, value) }
            }
        }
    }

    private static func parsed(_ write: (inout JSONWriter) -> Void) -> JSONValue? {
        var json = JSONWriter()
        write(&json)
        return try? JSONDocument(parsing: json.bytes).root
    }

    /// The value where a training takes it.
    private static func kept(_ key: String, _ value: JSONValue?) -> JSONValue? {
        value.flatMap { faults(of: key, $0).isEmpty ? $0 : nil }
    }

    /// A loss or metric in short where a training takes it; else nil, and a note that says what is wrong with it.
    private static func kept(
        _ key: String,
        _ value: JSONValue,
        called word: String,
        ending end: String = "",
        _ notes: inout [String]
    ) -> JSONValue? {
        let short = shortened(value) ?? value
        let faults = faults(of: key, short)
        guard !faults.isEmpty else { return short }
        // The name of an object stands in `type`, that of a text in the place of the whole.
        let start = key == "metrics" ? "/metrics/0" : "/\(key)"
        let arguments = faults.compactMap { fault -> String? in
            let argument = String(fault.pointer.dropFirst(start.count + 1))
            return argument.isEmpty || argument == "type" ? nil : "\(argument): \(fault.detail)"
        }
        let reason = arguments.isEmpty ? " is unknown and left out\(end)" : " is left out\(end): "
        notes.append("\(word) \(label(of: value))\(reason)\(arguments.joined(separator: "; "))")
        return nil
    }

    /// What a training says against a value.
    private static func faults(of key: String, _ value: JSONValue) -> [Fault] {
        let options = parsed { json in
            json.object { json in
                if key != "loss" { json.field("loss", "mse") }
                json.key(key)
                if key == "metrics", value.kind != .array {
                    json.write([value])
                } else {
                    json.write(value)
                }
            }
        }
        guard let options else { return [Fault(pointer: "", detail: "no value")] }
        do throws(FaultyInput) {
            _ = try TrainingOptions(options)
            return []
        } catch {
            return error.faults
        }
    }

    /// Notes how losses are summed where that is not the mean over a batch.
    private static func noteReductions(of loss: JSONValue, _ notes: inout [String]) {
        guard loss["class_name"] != nil else {
            for element in loss.elements { noteReductions(of: element, &notes) }
            for member in loss.members { noteReductions(of: member.value, &notes) }
            return
        }
        guard let reduction = loss["config"]?["reduction"] else { return }
        let name = (try? reduction.string()) ?? "none"
        guard !["sum_over_batch_size", "auto"].contains(name) else { return }
        notes.append("the reduction \(name) of loss \(label(of: loss)) is left out: a loss is the mean over the batch")
    }

    /// `{"type", …}` in place of Keras's long form, without what says nothing; text as it is.
    private static func shortened(_ value: JSONValue) -> JSONValue? {
        if value.kind == .array { return parsed { json in json.write(value.elements.compactMap(shortened)) } }
        guard value.kind == .object else { return value }
        guard value["class_name"] != nil else {
            // By output.
            return parsed { json in
                json.object { json in
                    for member in value.members where !member.value.isNull {
                        json.field(member.key, ifPresent: shortened(member.value))
                    }
                }
            }
        }
        let className = KerasClasses.name(of: value)
        // Keras 2 wraps the function that computes a metric.
        if let function = try? value["config"]?["fn"]?.string() { return parsed { $0.write(function) } }
        if className == "function", let config = value["config"] { return config }
        let idle: Set<String> = ["name", "dtype", "reduction", "fn"]
        return parsed { json in
            json.object { json in
                json.field("type", className)
                for member in value["config"].map({ Array($0.members) }) ?? []
                // Of scores without an average there is one for each class.
                where !idle.contains(member.key) && (!member.value.isNull || member.key == "average") {
                    json.field(member.key, member.value)
                }
            }
        }
    }

    /// The metrics of one output that are known, as a list; nil for none.
    private static func list(of value: JSONValue, _ notes: inout [String]) -> JSONValue? {
        var kept: [JSONValue] = []
        for metric in metrics(in: value) {
            if let metric = self.kept("metrics", metric, called: "metric", &notes) { kept.append(metric) }
        }
        return kept.isEmpty ? nil : parsed { $0.write(kept) }
    }

    /// The metrics of several outputs that are known, by output; nil for none.
    private static func metrics(_ value: JSONValue, by outputs: KerasOutputs, _ notes: inout [String]) -> JSONValue? {
        guard let given = outputs.parts(of: value, "what is measured", &notes) else {
            notes.append(
                "the metrics are left out: they are not one list for each of the \(outputs.names.count) outputs"
            )
            return nil
        }
        var kept: [(name: String, metrics: JSONValue)] = []
        for (output, metrics) in given {
            if let list = list(of: metrics, &notes) { kept.append((outputs.names[output], list)) }
        }
        return kept.isEmpty ? nil : parsed { $0.object { json in for (name, list) in kept { json.field(name, list) } } }
    }

    /// The loss, or those of the outputs, where a training takes all of them.
    private static func loss(_ value: JSONValue, of outputs: KerasOutputs, _ notes: inout [String]) -> JSONValue? {
        let ending = "; a training has to name one"
        guard let named = named(value, "the loss", of: outputs, &notes) else {
            return kept("loss", value, called: "loss", ending: ending, &notes)
        }
        var all: [(name: String, loss: JSONValue)] = []
        for member in named.members where !member.value.isNull {
            guard let loss = kept("loss", member.value, called: "loss", ending: ending, &notes) else { return nil }
            all.append((member.key, loss))
        }
        return all.isEmpty ? nil : parsed { $0.object { json in for (name, loss) in all { json.field(name, loss) } } }
    }

    /// What is said of outputs by name, or in a structure beyond a list, by their names here; nil for what isn't.
    private static func named(
        _ value: JSONValue,
        _ word: String,
        of outputs: KerasOutputs,
        _ notes: inout [String]
    ) -> JSONValue? {
        let isObject = value.kind == .object && value["class_name"] == nil
        let isNested = value.elements.contains { $0.kind == .array || $0.kind == .object && $0["class_name"] == nil }
        guard isObject || isNested, let parts = outputs.parts(of: value, word, &notes), !parts.isEmpty else {
            return nil
        }
        return parsed { json in
            json.object { json in for (output, value) in parts { json.field(outputs.names[output], value) } }
        }
    }

    private static func metrics(in value: JSONValue) -> [JSONValue] {
        switch value.kind {
        case .array: value.elements.flatMap(metrics)
        case .object where value["class_name"] == nil: value.members.flatMap { metrics(in: $0.value) }
        case .null: []
        default: [value]
        }
    }

    private static func label(of value: JSONValue) -> String {
        (try? value["config"]?["name"]?.string()) ?? (try? value.string()) ?? KerasClasses.name(of: value)
    }

    // MARK: The optimizer

    private static func optimizer(_ value: JSONValue, _ notes: inout [String]) -> JSONValue? {
        guard value.kind == .object else {
            if let kept = kept("optimizer", value) { return kept }
            notes.append("optimizer \(value.summary) is unknown and left out")
            return nil
        }
        // tf_keras says of its own that they are registered.
        let className = KerasClasses.name(of: value).split(separator: ">").last.map(String.init) ?? ""
        if className == "LossScaleOptimizer", let inner = value["config"]?["inner_optimizer"] {
            notes.append("LossScaleOptimizer is its inner optimizer here: losses in 32 bits need no scale")
            return optimizer(inner, &notes)
        }
        var ignored: [String] = []
        let averages = (try? value["config"]?["use_ema"]?.bool()) == true
        let short = parsed { json in
            json.object { json in
                json.field("type", className)
                for member in value["config"].map({ Array($0.members) }) ?? []
                where !member.value.isNull && !ignoredOptions.contains(member.key)
                    && (averages || !averageOptions.contains(member.key))
                {
                    if let idle = idleOptions[member.key] {
                        if member.value.source != idle { ignored.append(member.key) }
                    } else {
                        json.key(member.key)
                        rate(member.value, to: &json)
                    }
                }
            }
        }
        guard let kept = kept("optimizer", short) else {
            notes.append("optimizer \(className) or one of its options is unknown, and it is left out")
            return nil
        }
        for option in ignored { notes.append("the optimizer's \(option) is left out") }
        return kept
    }

    /// Writes an option; numbers that were 32-bit floats as short as these are, schedules without what says nothing.
    private static func rate(_ value: JSONValue, to json: inout JSONWriter) {
        if value.kind == .number, let number = try? value.double(), Double(Float(number)) == number,
            number != number.rounded()
        {
            json.write(Float(number))
        } else if value["class_name"] != nil, let short = shortened(value) {
            json.write(short)
        } else {
            json.write(value)
        }
    }
}
