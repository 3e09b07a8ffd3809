import HTTP
import HTTPTypes

/// Which part of a job's history a client wants, and how thin.
struct HistoryRequest: Sendable {
    /// The most epochs of a series.
    let points: Int
    /// The metrics; nil for every one that is a number.
    let metrics: [String]?
    /// The first epoch; nil for the job's.
    let from: Int?
    /// The last epoch; nil for the job's.
    let to: Int?
    /// How much of the past each smoothed value keeps, 0 to below 1; nil for no smoothing.
    let smooth: Double?
    /// Whether the seconds since the job's first step are wanted with each epoch.
    let isTimed: Bool

    /// What a route that reads it declares.
    static let parameters: [any DeclaredParameter] = [pointCount, names, first, last, smoothing, timing]

    /// Reads the query.
    ///
    /// - Throws: A `Problem` with 400 for what is out of range.
    init(_ request: Request) throws {
        points = try request[Self.pointCount]
        metrics = try request[Self.names]
        from = try request[Self.first]
        to = try request[Self.last]
        smooth = try request[Self.smoothing]
        isTimed = try request[Self.timing]
        if let from, let to, from > to {
            throw Problem(
                .badRequest,
                detail: "query parameter \"to\": expected \(from) or more, as \"from\" says, found \(to)"
            )
        }
    }

    private static let pointCount = RouteParameter.query(
        "points",
        4...10_000,
        default: 1000,
        "The most epochs of a series"
    )

    private static let names = RouteParameter<[String]?>.optionalQuery(
        "metrics",
        .string(matching: "^[^,\\u0000]+(,[^,\\u0000]+)*$"),
        "Names separated by commas; without it every metric that is a number"
    ) { text in
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if names.contains("") {
            throw Problem(
                .badRequest,
                detail: "query parameter \"metrics\": expected names separated by commas, found \"\(text)\""
            )
        }
        return names
    }

    private static let timing = RouteParameter.query(
        "elapsed",
        default: false,
        "Whether each epoch has the seconds since the job's first step, where they are known"
    )

    private static let first = RouteParameter.optionalQuery("from", epochs, "The first epoch")

    private static let last = RouteParameter.optionalQuery("to", epochs, "The last epoch")

    private static let epochs = 1...1_000_000

    private static let smoothing = RouteParameter<Double?>.optionalQuery(
        "smooth",
        .number(0..<1),
        "How much of the past each smoothed value keeps"
    ) { text in
        guard let number = Double(text), 0..<1 ~= number else {
            throw Problem(
                .badRequest,
                detail:
                    "query parameter \"smooth\": expected a number from 0 up to but not including 1, found \"\(text)\""
            )
        }
        return number
    }
}
