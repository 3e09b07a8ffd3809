import HTTPTypes
import JSON

/// One kind of answer of a route, for its description.
struct Answer: Sendable {
    /// The status.
    let status: Int
    /// What it means, in CommonMark.
    let summary: String
    /// Its fields beside those of every answer.
    let fields: [(name: String, schema: Schema)]
    /// Its body by media type; a nil schema stands for bytes.
    let contents: [(mediaType: String, schema: Schema?)]

    init(
        _ status: Int,
        _ summary: String,
        fields: [(name: String, schema: Schema)] = [],
        contents: [(mediaType: String, schema: Schema?)] = []
    ) {
        self.status = status
        self.summary = summary
        self.fields = fields
        self.contents = contents
    }

    /// 200 with JSON.
    static func ok(_ summary: String, _ schema: Schema) -> Answer {
        Answer(200, summary, contents: [("application/json", schema)])
    }

    /// 201 with JSON and its place.
    static func created(_ summary: String, _ schema: Schema) -> Answer {
        Answer(201, summary, fields: [location], contents: [("application/json", schema)])
    }

    /// 202 with JSON and its place.
    static func accepted(_ summary: String, _ schema: Schema) -> Answer {
        Answer(202, summary, fields: [location], contents: [("application/json", schema)])
    }

    /// 204.
    static func noContent(_ summary: String = "it is gone") -> Answer { Answer(204, summary) }

    /// An answer that tells what was wrong.
    static func problem(_ status: Int, _ summary: String, fields: [(name: String, schema: Schema)] = []) -> Answer {
        Answer(status, summary, fields: fields, contents: [("application/problem+json", .problem)])
    }

    /// 404.
    static let notFound = problem(404, "there is none of that name")

    /// 409.
    static func conflict(_ summary: String) -> Answer { problem(409, summary) }

    /// 422.
    static let unprocessable = problem(422, "the body is well-formed and wrong; `errors` lists every fault")

    /// 412.
    static let preconditionFailed = problem(412, "`If-Match` or `If-None-Match` does not hold")

    /// The field that says where a thing is.
    static let location = (name: "Location", schema: Schema.string.with("format", "uri-reference"))

    /// The field that says when to try again.
    static let retryAfter = (name: "Retry-After", schema: Schema.integer(0...).described("Seconds"))
}

extension Answer: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("description", summary.sentence)
            if !fields.isEmpty {
                json.field("headers", JSONMembers(fields.map { ($0.name, JSONMembers([("schema", $0.schema)])) }))
            }
            if !contents.isEmpty { json.field("content", Contents(contents)) }
        }
    }
}

/// Bodies by media type.
struct Contents: JSONWritable {
    /// A nil schema stands for bytes.
    let contents: [(mediaType: String, schema: Schema?)]

    init(_ contents: [(mediaType: String, schema: Schema?)]) { self.contents = contents }

    func write(to json: inout JSONWriter) {
        json.object { json in
            for (mediaType, schema) in contents {
                json.key(mediaType)
                json.object { json in json.field("schema", ifPresent: schema) }
            }
        }
    }
}

extension String {
    /// The text with a capital to begin with.
    var sentence: String { prefix(1).uppercased() + dropFirst() }
}
