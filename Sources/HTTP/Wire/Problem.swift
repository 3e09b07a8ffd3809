public import HTTPTypes
public import JSON

/// What went wrong with a request, for the person who sent it: `application/problem+json` (RFC 9457).
public struct Problem: Error, Sendable, Equatable {
    /// The status of the answer.
    public var status: HTTPResponse.Status

    /// A URI reference that names the kind of problem; "about:blank" says no more than the status does.
    public var type: String

    /// A summary of the kind of problem.
    public var title: String

    /// What was wrong this time: where, what was found, what is allowed, what next.
    public var detail: String

    /// Every fault of the body, each with its JSON pointer.
    public var errors: [Fault]

    /// Fields of the answer, such as `Retry-After`.
    public var fields: HTTPFields

    /// Further members of the object, after the standard ones, in the order of their names.
    public var members: [String: String]

    /// Makes a problem; the title is the status's phrase unless given.
    public init(
        _ status: HTTPResponse.Status,
        detail: String,
        type: String = "about:blank",
        title: String? = nil,
        errors: [Fault] = [],
        fields: HTTPFields = [:],
        members: [String: String] = [:]
    ) {
        self.status = status
        self.type = type
        self.title = title ?? (status.reasonPhrase.isEmpty ? "Error" : status.reasonPhrase)
        self.detail = detail
        self.errors = errors
        self.fields = fields
        self.members = members
    }

    /// A body that is well-formed and wrong: 422 with every fault.
    public init(_ input: FaultyInput) {
        self.init(.unprocessableContent, detail: input.description, errors: input.faults)
    }

    /// A body that is not JSON: 400 with the place where reading it failed.
    public init(_ error: JSONSyntaxError) {
        self.init(.badRequest, detail: error.description)
    }

    init(_ error: WireError) {
        self.init(error.status, detail: error.detail)
    }

    /// The problem as a response.
    public var response: Response {
        var json = JSONWriter()
        json.object { json in
            json.field("type", type)
            json.field("title", title)
            json.field("status", status.code)
            json.field("detail", detail)
            if !errors.isEmpty {
                json.key("errors")
                json.array { json in
                    for fault in errors {
                        json.object { json in
                            json.field("pointer", fault.pointer)
                            json.field("detail", fault.detail)
                        }
                    }
                }
            }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
        }
        var response = Response(status, bytes: json.bytes, contentType: "application/problem+json", fields: fields)
        response.reported = ReportedProblem(self)
        return response
    }

    /// What a reader calls a value of that type.
    static func name(of type: Any.Type) -> String {
        switch type {
        case is any FixedWidthInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Bool.Type: "true or false"
        default: "another value"
        }
    }
}

/// A problem beside the response that tells of it.
package final class ReportedProblem: Sendable {
    /// The problem.
    package let problem: Problem

    init(_ problem: Problem) { self.problem = problem }
}
