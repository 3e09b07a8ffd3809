import Features
import JSON
import NN

extension Schema {
    /// What a client sends to define a model: layers by Keras's class names, a preset, or Keras's own `to_json()`.
    static let modelDefinition = Schema.one(of: [
        layeredModel, featureModel, presetModel, schemaPresetModel, kerasModel,
    ])
    .example(
        JSONMembers([
            ("name", "line"), ("input_shape", [2]),
            ("layers", JSONSequence([JSONMembers([("type", "Dense"), ("units", 1)])])),
        ])
    )
    .named("ModelDefinition")

    private static let layeredModel = Schema.object(
        sharedMembers + [.required("layers", .array(of: .layer, count: 1...ModelDefinition.greatestLayerCount))],
        closed: true
    ).named("LayeredModel")

    private static let presetModel = Schema.object(
        sharedMembers + [
            .required("preset", .oneOf(ModelDefinition.presets)),
            .optional("classes", Schema.integer(1...).orNull), .optional("units", Schema.integer(1...).orNull),
        ],
        closed: true
    ).named("PresetModel")

    private static let featureModel = Schema.object(
        [
            .required("name", .name), .optional("seed", seed), .optional("outputs", outputs),
            .required(
                "features",
                .map(of: .any(of: [.string, .object()])).described("Keras's `FeatureSpace`, by column")
            ),
            .optional("crosses", .array(of: .anything)), .optional("output_mode", .oneOf(["concat", "dict"])),
            .optional("crossing_dim", .integer(1...)), .optional("hashing_dim", .integer(1...)),
            .optional("num_discretization_bins", .integer(1...)),
            .required("layers", .array(of: .layer, count: 1...ModelDefinition.greatestLayerCount)),
            .optional("compile", compile),
        ],
        closed: true
    ).named("FeatureModel")

    private static let schemaPresetModel = Schema.object(
        [
            .required("name", .name), .optional("seed", seed),
            .required("preset", .oneOf(SchemaPreset.Kind.allCases.map(\.rawValue))),
            .required("dataset", .name), .optional("target", Schema.string.orNull),
            .optional("size", .oneOf(SchemaPreset.Size.allCases.map(\.rawValue))),
            .optional("window", Schema.window.orNull),
        ],
        closed: true
    ).described("A definition that is written from a dataset's columns").named("DatasetPresetModel")

    private static let compile = Schema.object()
        .described("What a training of the model takes where its request doesn't say it")

    private static let kerasModel = Schema.object(
        [
            .required("class_name", .oneOf(ModelDefinition.kerasClasses)),
            .required(
                "config",
                .object([
                    .required("layers", .array(of: .object(), count: 1...ModelDefinition.greatestLayerCount)),
                    .optional("name", .layerName),
                ])
            ),
            .optional("name", Schema.name.orNull), .optional("seed", seed),
        ]
            + ["module", "registered_name", "build_config", "compile_config", "keras_version", "backend"].map {
                .optional($0, .anything)
            },
        closed: true
    ).described("What Keras's `model.to_json()` gives, with a `name` and a `seed` if wanted").named("KerasModel")

    private static let sharedMembers: [Member] = [
        .required("name", .name),
        .optional("input_shape", Schema.array(of: .any(of: [.integer(1...), .null]), count: 1...8).orNull),
        .optional("seed", seed),
        .optional("outputs", outputs), .optional("compile", compile),
    ]

    private static let outputs = Schema.array(of: .string, count: 1...ModelDefinition.greatestLayerCount).orNull

    private static let seed = Schema.integer(ModelDefinition.seeds).defaulting(to: ModelDefinition.standardSeed)

    private static let layerName = Schema.string(matching: ModelDefinition.namePattern)

    /// Every layer, those before the first trained one too.
    private static let layerTypes = Set(ModelDefinition.layerNames + FrontLayerRegistry.names).sorted()

    /// One layer of a definition; which arguments it has beside these depends on its type.
    private static let layer = Schema.object([
        .optional("type", .oneOf(layerTypes)),
        .optional("class_name", .oneOf(layerTypes)), .optional("config", .object()),
        .optional("reuse", .string.described("An earlier layer, applied again with its weights")),
        .optional("name", layerName.orNull),
        .optional("inputs", .array(of: .string, count: 1...ModelDefinition.greatestLayerCount)),
    ])
    .with("oneOf", [Schema.having("type"), .having("class_name"), .having("reuse")])
    .named("Layer")

    /// A shape; of several inputs or outputs, an object of their shapes by name.
    private static let shapeOrShapes = Schema.any(of: [openShape, .map(of: openShape)]).named("ShapeOrShapes")

    /// A shape, null for an extent that isn't known yet or that varies.
    private static let openShape = Schema.array(of: Schema.integer(0...).orNull).named("OpenShape")

    private static let overviewMembers: [Member] = [
        .required("name", .name), .required("version", .integer(0...).described("The newest; 0 before the first")),
        .required("input_shape", .shapeOrShapes), .required("output_shape", .shapeOrShapes),
        .required("parameters", Schema.integer(0...).orNull), .optional("created_at", .time),
    ]

    private static let modelMembers: [Member] =
        overviewMembers + [
            .required(
                "layers",
                .array(
                    of: .object([
                        .required("name", .string), .required("type", .string), .required("output_shape", openShape),
                        .required("parameters", Schema.integer(0...).orNull), .required("trainable", .boolean),
                        .optional("vocabulary_size", .integer(0...)), .optional("mean", .anything),
                        .optional("variance", .anything), .optional("bin_boundaries", .array(of: .number)),
                        .optional("statistics", .anything),
                    ])
                )
            ),
            .required(
                "tensors",
                .array(
                    of: .object([
                        .required("name", .string), .required("shape", openShape),
                        .required("dimension", .integer(0...)), .required("volume", Schema.integer(0...).orNull),
                    ])
                )
            ),
            .required("definition", .object().described("The definition with every default")),
        ]

    /// A model as a list shows it.
    static let modelOverview = Schema.object(overviewMembers).named("ModelOverview")

    /// A model with its layers.
    static let model = Schema.object(modelMembers).named("Model")

    /// A model that was checked and is not stored.
    static let checkedModel = Schema.object(
        modelMembers + [
            .required("operations_per_sample", Schema.integer(0...).orNull),
            .required("peak_bytes", Schema.integer(0...).orNull),
        ]
    ).named("CheckedModel")
}
