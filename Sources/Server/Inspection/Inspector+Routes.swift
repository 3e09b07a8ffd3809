import HTTP
import HTTPTypes
import JSON

extension Inspector: Subject {
    static let title = "views inside"

    static let routes: [Route<Inspector>] = [
        Route(
            .post,
            "/models/{name}/inspect/{view}",
            "inspect",
            "Look inside a version: what its layers, gates, attention and weights hold, and how its numbers change",
            details: """
                Views are \(InspectionViews.names.map { "`\($0)`" }.joined(separator: ", ")). Layers answer as in \
                `POST /predict`: nothing is random. `format=png`, or `Accept: image/png`, draws \
                \(InspectionViews.drawn.map { "`\($0)`" }.joined(separator: ", ")); \
                `format=safetensors` gives the arrays as a file. One view is computed at a time, behind everything else.
                """,
            access: .read,
            parameters: [RouteParameter.modelName, view, format, colors, scale],
            body: [("application/json", .inspectionRequest)],
            answers: [
                Answer(
                    200,
                    "what was found",
                    contents: [
                        ("application/json", .inspection), (InspectionForm.pictureType, nil),
                        ("application/octet-stream", nil),
                    ]
                ),
                .problem(404, "there is no such model, version, view, dataset or row"),
                .problem(406, "there is no picture of this view, or no array in its answer"), .unprocessable,
                .problem(503, "too many views wait", fields: [Answer.retryAfter]),
            ]
        ) { inspector, request in
            let kind = try request[view]
            let form = InspectionForm(
                try request[format],
                accept: request[.accept],
                try request[colors] ?? .auto,
                scale: try request[scale]
            )
            try form.check(kind)
            return try await inspector.inspect(kind, of: request[.modelName], request.json(), as: form)
        },
        Route(
            .post,
            "/differentiate",
            "differentiate",
            "Differentiate formulas in four ways, or see how a formula grows that is put into itself",
            access: .read,
            body: [("application/json", .differentiationRequest)],
            answers: [
                .ok("the derivatives", .differentiation), .unprocessable,
                .problem(503, "too many views wait", fields: [Answer.retryAfter]),
            ]
        ) { inspector, request in .json(.ok, try await inspector.differentiate(request.json())) },
    ]

    private static let view = RouteParameter<any InspectionView.Type>(
        Parameter("view", in: .path, .oneOf(InspectionViews.names))
    ) { text in
        if let view = InspectionViews.named(text ?? "") { return view }
        let known = InspectionViews.names
        throw Problem(.notFound, detail: Suggestion.unknown("view", text ?? "", known: known))
    }

    private static let format = RouteParameter<InspectionForm.Name?>.optionalQuery(
        "format",
        .oneOf(InspectionForm.Name.allCases.map(\.rawValue)),
        "The form of the answer; without it as `Accept` says"
    ) { try choice("format", $0) }

    private static let colors = RouteParameter<Picture.Colors?>.optionalQuery(
        "colors",
        Schema.oneOf(Picture.Colors.allCases.map(\.rawValue)).defaulting(to: Picture.Colors.auto.rawValue),
        "Of a picture: `gray` from the least to the greatest, `diverging` blue, white, orange about 0; `auto` diverges where "
            + "anything is negative"
    ) { try choice("colors", $0) }

    private static let scale = RouteParameter<Int?>.optionalQuery(
        "scale",
        Picture.scales,
        "Of a picture: the pixels of a number"
    )

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ text: String
    ) throws(Problem) -> Choice {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw Problem(.badRequest, detail: "query parameter \"\(name)\": expected one of \(known), found \"\(text)\"")
    }
}
