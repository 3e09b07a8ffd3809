import HTTP
import JSON

/// The protocol of another server, as a translation before the predictor: a folder with its routes and its documents.
protocol Dialect: Subject {
    /// Whether its clients look at a path, whose segments are decoded: their errors are told in its form.
    func speaks(at path: [String]) -> Bool

    /// An error in the form that its clients read.
    ///
    /// - Parameter problem: What is wrong.
    /// - Returns: The answer.
    static func answer(to problem: Problem) -> Response
}

/// The protocols of other servers: to add one is to add its folder and its line here.
enum Dialects {
    static let all: [any Dialect.Type] = [
        OpenInference.self,
        TensorFlowServing.self,
        KServe.self,
        MLflow.self,
        Vertex.self,
    ]

    /// Says problems as the clients of their paths expect it.
    ///
    /// - Parameter dialects: The dialects as they are served; the last that speaks at a path counts.
    /// - Returns: What says a problem at a path; nil where no dialect speaks there.
    static func form(_ dialects: [any Dialect]) -> @Sendable (Problem, [String]) -> Response? {
        { problem, path in dialects.last { $0.speaks(at: path) }.map { type(of: $0).answer(to: problem) } }
    }
}
