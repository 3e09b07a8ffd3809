import JSON
import NN

extension Schema {
    /// What a client sends to define a model.
    static let modelDefinition = Schema.object([
        .optional("name", .name),
        .optional("input_shape", .array(of: .any(of: [.integer(1...), .null]), count: 0...8)),
        .optional("seed", .integer(0...JSONValue.exactIntegers.upperBound).defaulting(to: 0)),
        .optional("layers", .array(of: .layer, count: 1...ModelDefinition.greatestLayerCount)),
        .optional("outputs", .array(of: .string(length: 1...200), count: 1...ModelDefinition.greatestLayerCount)),
        .optional("preset", .oneOf(ModelDefinition.presets)),
        .optional("classes", .integer(1...)), .optional("units", .integer(1...)),
        .optional("class_name", .oneOf(ModelDefinition.kerasClasses)), .optional("config", .object()),
    ])
    .with("oneOf", [Schema.having("name", "layers"), .having("name", "preset"), .having("class_name", "config")])
    .described("Layers by Keras's class names with its arguments; or a preset; or Keras's own `to_json()`")
    .example(
        JSONMembers([
            ("name", "line"), ("input_shape", [2]),
            ("layers", JSONSequence([JSONMembers([("type", "Dense"), ("units", 1)])])),
        ])
    )
    .named("ModelDefinition")

    /// One layer of a definition; which arguments it has beside these depends on its type.
    private static let layer = Schema.object([
        .optional("type", .oneOf(ModelDefinition.layerTypes)),
        .optional("class_name", .oneOf(ModelDefinition.layerTypes)), .optional("config", .object()),
        .optional("reuse", .string(length: 1...200).described("An earlier layer, applied again with its weights")),
        .optional("name", .string(length: 1...200)),
        .optional("inputs", .array(of: .string(length: 1...200), count: 1...ModelDefinition.greatestLayerCount)),
    ])
    .with("oneOf", [Schema.having("type"), .having("class_name"), .having("reuse")])
    .named("Layer")

    /// A shape; of several inputs or outputs, an object of their shapes by name.
    private static let shapeOrShapes = Schema.any(of: [.shape, .map(of: .shape)]).named("ShapeOrShapes")

    private static let overviewMembers: [Member] = [
        .required("name", .name), .required("version", .integer(0...).described("The newest; 0 before the first")),
        .required("input_shape", .shapeOrShapes), .required("output_shape", .shapeOrShapes),
        .required("parameters", .integer(0...)), .optional("created_at", .time),
    ]

    private static let modelMembers: [Member] =
        overviewMembers + [
            .required(
                "layers",
                .array(
                    of: .object([
                        .required("name", .string), .required("type", .string), .required("output_shape", .shape),
                        .required("parameters", .integer(0...)), .required("trainable", .boolean),
                    ])
                )
            ),
            .required(
                "tensors",
                .array(
                    of: .object([
                        .required("name", .string), .required("shape", .shape), .required("dimension", .integer(0...)),
                        .required("volume", .integer(0...)),
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
        modelMembers + [.required("operations_per_sample", .integer(0...)), .required("peak_bytes", .integer(0...))]
    ).named("CheckedModel")
}
