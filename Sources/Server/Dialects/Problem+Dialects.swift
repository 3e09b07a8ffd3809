import HTTP
import HTTPTypes
import JSON

extension Problem {
    /// The same problem with the status that clients of other servers know: every wrong body is a 400.
    var plain: Problem {
        var problem = self
        if status == .unprocessableContent || status == .lengthRequired { problem.status = .badRequest }
        return problem
    }

    /// `{"error": "…"}`, which Triton, TensorFlow Serving and KServe answer.
    ///
    /// The type is `application/json` and nothing more: a client of KServe compares it as a whole.
    var errorObject: Response {
        let problem = plain
        return .json(problem.status, ["error": problem.detail], fields: problem.fields)
    }
}

extension Schema {
    /// `{"error": "…"}`.
    static let errorObject = object([.required("error", .string)]).named("ErrorObject")
}

extension Answer {
    /// An error that is told as `{"error": "…"}`.
    static func error(_ status: Int, _ summary: String) -> Answer {
        Answer(status, summary, contents: [("application/json", .errorObject)])
    }

    /// The errors of a request for predictions, told as `{"error": "…"}`.
    static let predictionErrors = [
        error(400, "the model can't take the body"), error(404, "there is no such model or version"),
    ]
}
