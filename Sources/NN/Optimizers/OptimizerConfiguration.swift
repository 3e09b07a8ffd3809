public import JSON

/// An optimizer with its hyper-parameters, as a request names it.
public struct OptimizerConfiguration: Sendable {
    /// The rule.
    let rule: any Optimizer
    /// What is done before it.
    let options: UpdateOptions

    /// Every optimizer; to add one is to add its line.
    private static let types: [any Optimizer.Type] = [
        Adadelta.self,
        Adafactor.self,
        Adagrad.self,
        Adam.self,
        AdamW.self,
        Adamax.self,
        Ftrl.self,
        Lamb.self,
        Lion.self,
        Muon.self,
        Nadam.self,
        RMSprop.self,
        ScheduleFreeAdamW.self,
        SGD.self,
    ]

    private static let registry = Registry<any Optimizer>(
        of: "optimizer",
        types.map { type in .init(names: type.names) { type.init(reading: &$0) } }
    )

    /// The names of all optimizers, as messages list them.
    public static var names: [String] { registry.listed }

    /// Every name that an optimizer may be given, its short form too.
    public static var everyName: [String] { registry.names }

    /// Keras's default of `compile`: `RMSprop` with its defaults.
    public static let standard = OptimizerConfiguration(rule: RMSprop())

    init(rule: any Optimizer, options: UpdateOptions = .none) {
        self.rule = rule
        self.options = options
    }

    /// Reads `"adam"`, `{"type": "Adam", "learning_rate": …}` or Keras's long form with `class_name` and `config`; nil
    /// where the optimizer isn't known.
    ///
    /// - Parameters:
    ///   - value: The JSON value.
    ///   - faults: Where everything that is wrong is added; the result is meaningless if anything was.
    package init?(_ value: JSONValue, _ faults: inout Faults) {
        let found = Self.registry.read(value, &faults) { arguments in UpdateOptions(reading: &arguments) }
        guard let found else { return nil }
        rule = found.product
        var options = found.shared
        if !options.saysDecay { options.weightDecay = type(of: rule).standardWeightDecay }
        self.options = options
    }

    /// Keras's class name, as in `Adam`.
    public var name: String { type(of: rule).names[0] }

    /// The names of the buffers, each as large as the weights, that are kept from step to step: the rule's, then those of
    /// what any rule can have.
    package var slots: [String] { rule.slots + sharedSlots }

    /// Those of the buffers that any rule can have.
    package var sharedSlots: [String] { options.slots }

    /// Whether it can go on with what another one remembers: the same rule, with whatever numbers, that keeps the same.
    public func canGoOn(from other: OptimizerConfiguration) -> Bool { name == other.name && slots == other.slots }
}

extension OptimizerConfiguration: Equatable {
    /// Whether both are the same rule with equal hyper-parameters.
    public static func == (left: OptimizerConfiguration, right: OptimizerConfiguration) -> Bool {
        left.rule.isEqual(to: right.rule) && left.options == right.options
    }
}

extension OptimizerConfiguration: JSONWritable {
    /// Writes the type and every hyper-parameter, defaults too, then decay, clipping, average and accumulation where they are used.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", name)
            rule.write(to: &json)
            options.write(to: &json)
            // Without it the optimizer's own would be taken.
            if options.weightDecay == nil, type(of: rule).standardWeightDecay != nil {
                json.key("weight_decay")
                json.null()
            }
        }
    }
}
