public import JSON

/// An optimizer with its hyper-parameters, as a request names it.
public struct OptimizerConfiguration: Sendable {
    /// The rule.
    let rule: any Optimizer

    /// Every optimizer; to add one is to add its line.
    private static let types: [any Optimizer.Type] = [
        Adam.self,
        RMSprop.self,
        SGD.self,
    ]

    private static let registry = Registry<any Optimizer>(
        of: "optimizer",
        types.map { type in .init(names: type.names) { type.init(reading: &$0) } }
    )

    /// The names of all optimizers, as messages list them.
    public static var names: [String] { registry.listed }

    /// Keras's default of `compile`: `RMSprop` with its defaults.
    public static let standard = OptimizerConfiguration(rule: RMSprop())

    init(rule: any Optimizer) { self.rule = rule }

    /// Reads `"adam"`, `{"type": "Adam", "learning_rate": …}` or Keras's long form with `class_name` and `config`; nil
    /// where the optimizer isn't known.
    ///
    /// - Parameters:
    ///   - value: The JSON value.
    ///   - faults: Where everything that is wrong is added; the result is meaningless if anything was.
    package init?(_ value: JSONValue, _ faults: inout Faults) {
        guard let (rule, _) = Self.registry.read(value, &faults, shared: Self.readShared) else { return nil }
        self.rule = rule
    }

    /// Keras's class name, as in `Adam`.
    public var name: String { type(of: rule).names[0] }

    /// The names of the buffers, each as large as the weights, that the rule keeps from step to step.
    package var slots: [String] { rule.slots }

    /// The arguments that every optimizer of Keras has, of which only the values that change nothing are taken.
    private static func readShared(_ reader: inout ObjectReader) {
        reader.accept("name", "ema_momentum")
        for key in [
            "weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "loss_scale_factor",
            "gradient_accumulation_steps", "ema_overwrite_frequency",
        ] {
            reader.only(nil, for: key)
        }
        reader.only(.bool(false), for: "use_ema")
    }
}

extension OptimizerConfiguration: Equatable {
    /// Whether both are the same rule with equal hyper-parameters.
    public static func == (left: OptimizerConfiguration, right: OptimizerConfiguration) -> Bool {
        left.rule.isEqual(to: right.rule)
    }
}

extension OptimizerConfiguration: JSONWritable {
    /// Writes the type and every hyper-parameter, defaults too.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", name)
            rule.write(to: &json)
        }
    }
}
