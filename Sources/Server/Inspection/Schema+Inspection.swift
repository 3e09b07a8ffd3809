import JSON
import NN

extension Schema {
    /// What every view is asked with; the rest is the view's own.
    static let inspectionRequest = Schema.object([
        .optional("version", .versionReference.orNull),
        .optional("instance", .instance),
        .optional(
            "row",
            Schema.object(
                [
                    .required("dataset", .name), .optional("part", .oneOf(["train", "validation", "test"])),
                    .required("index", .integer(0...)),
                ],
                closed: true
            ).orNull
        ),
        .optional(
            "values",
            Schema.boolean.defaulting(to: true).described("False leaves numbers out and keeps their statistics")
        ),
        .optional(
            "layers",
            .anything.described("`activations`: names, all by default; `sensitivities`: whether they are told")
        ),
        .optional("channels", .array(of: .integer(0...)).described("`activations`")),
        .optional("layer", .string.described("`kernels`, `gates`, `attention`, `gradients` by `grad_cam`").orNull),
        .optional("tensor", .string.described("`kernels`").orNull),
        .optional("minus", .versionReference.orNull.described("`kernels`: the version that is subtracted")),
        .optional("units", .array(of: .integer(0...)).described("`gates`")),
        .optional(
            "direction",
            .anything.described("`gates`: `forward` or `backward`; `sensitivities`: numbers of the input's shape")
        ),
        .optional(
            "element",
            .array(of: .integer(0...)).described("`sensitivities`: one element in place of a direction")
        ),
        .optional("at", .string.described("`sensitivities`: `input` or a layer")),
        .optional("of", differentiand.orNull),
        .optional("by", .any(of: [.string, .array(of: .string)]).described("`gradients`: `input`, layers, `weights`")),
        .optional(
            "method",
            .oneOf(GradientsInspection.Method.allCases.map(\.rawValue)).defaulting(
                to: GradientsInspection.Method.gradient.rawValue
            )
        ),
        .optional("baseline", .anything.described("`integrated_gradients`: a number or an instance; 0 by default")),
        .optional("steps", .anything.described("`integrated_gradients`: how many; `check`: the steps of its curve")),
        .optional("level", .oneOf(NetworkGraphView.Level.allCases.map(\.rawValue))),
        .optional("expand", .array(of: .string).described("`graph`: layers whose steps are written out")),
        .optional("loss", .anything.described("`check`: as in a `TrainingRequest`")),
        .optional("target", .anything.described("`check`: as training takes it; the row's by default")),
        .optional("samples", .integer(1...InspectionBounds.elements).defaulting(to: InspectionStandard.samples)),
        .optional("step", .number.defaulting(to: InspectionStandard.step)), .optional("seed", .integer(0...)),
    ])
    .example(JSONMembers([("instance", [1, 2])]))
    .named("InspectionRequest")

    private static let differentiand = Schema.object(
        [
            .optional("output", .string.orNull),
            .optional(
                "index",
                Schema.any(of: [.integer(0...), .array(of: .integer(0...)), .null]).described("The greatest by default")
            ),
            .optional(
                "value",
                Schema.any(of: [.oneOf(DifferentiandRequest.Value.allCases.map(\.rawValue)), .null])
                    .described("The logit by default where the output ends with a softmax or sigmoid")
            ),
            .optional("loss", .anything), .optional("target", .anything),
        ],
        closed: true
    ).described("`gradients`, `graph`: the number that is differentiated")

    /// What every view answers; the rest is the view's own.
    static let inspection = Schema.object([
        .required("model", .name), .required("version", .versionName),
        .required("view", .oneOf(InspectionViews.names)), .optional("prediction", .anything),
        .optional("class", .anything), .optional("label", .anything), .optional("row", .object()),
        .required(
            "cost",
            .object([
                .required("mode", .oneOf(["none", "forward", "reverse", "both"])), .required("passes", .integer(0...)),
                .required("operations", .integer(0...)), .optional("reverse_passes", .integer(0...)),
                .required("milliseconds", .number),
            ])
        ),
    ]).named("Inspection")

    /// Formulas that are to be differentiated.
    static let differentiationRequest = Schema.object(
        [
            .optional("functions", formulas), .optional("iterate", formulas),
            .required("at", .map(of: .number).with("maxProperties", DifferentiationRequest.counts.upperBound)),
            .optional("step", .number.defaulting(to: DifferentiationRequest.step)),
            .optional("times", .integer(DifferentiationRequest.timesRange).described("With `iterate` alone")),
        ],
        closed: true
    )
    .with("oneOf", [Schema.having("functions"), .having("iterate")])
    .example(JSONMembers([("functions", ["y": "x*exp(x)"]), ("at", ["x": 0.5])]))
    .named("DifferentiationRequest")

    private static let formulas = Schema.map(of: .string(length: 1...Expression.greatestLength))
        .with("maxProperties", DifferentiationRequest.counts.upperBound)

    /// What came of it.
    static let differentiation = Schema.object([
        .optional(
            "growth",
            .array(
                of: .object([
                    .required("times", .integer(1...)), .required("function", .integer(1...)),
                    .required("symbolic", .integer(1...)), .required("graph", .integer(1...)),
                ])
            )
        ),
        .required("values", .map(of: .number.orNull)),
        .required("jacobian", .map(of: .map(of: .map(of: .number.orNull)))),
        .required("passes", .map(of: .integer(0...))),
        .required("error", .map(of: .number.orNull)), .required("nodes", .array(of: .object())),
        .required("derivatives", .map(of: .map(of: .string.orNull))),
    ]).named("Differentiation")
}
