public import JSON

extension Registry where Product == any InitializerKind {
    /// Every initializer that a layer may name.
    static let initializers = Registry(
        of: "initializer",
        [
            .init(ZerosInitializer.self),
            .init(OnesInitializer.self),
            .init(ConstantInitializer.self),
            .init(RandomUniformInitializer.self),
            .init(RandomNormalInitializer.self),
            .init(TruncatedNormalInitializer.self),
            .init(GlorotUniformInitializer.self),
            .init(GlorotNormalInitializer.self),
            .init(HeUniformInitializer.self),
            .init(HeNormalInitializer.self),
            .init(LecunUniformInitializer.self),
            .init(LecunNormalInitializer.self),
            .init(VarianceScalingInitializer.self),
            .init(OrthogonalInitializer.self),
            .init(IdentityInitializer.self),
        ]
    )
}

extension Registry.Entry where Product == any InitializerKind {
    fileprivate init<Kind: InitializerKind>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }
}

extension Initializer: JSONWritable {
    /// The initializer that a value names; nil, and faults, where there is none.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        let found = Registry.initializers.read(value, &faults) { arguments in
            // Keras writes down which axes its fan rule would count; ours follow from the shape.
            arguments.accept("input_axes", "output_axes")
            return arguments.optionalInt("seed", in: 0...JSONValue.exactIntegers.upperBound)
        }
        guard let found else { return nil }
        self.init(found.product, seed: found.shared)
    }

    /// Writes the class name, its arguments and the seed, if it has one of its own.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type(of: source).names[0])
            source.write(to: &json)
            json.field("seed", ifPresent: seed)
        }
    }
}
