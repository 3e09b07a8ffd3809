/// What SageMaker and Vertex AI say to a container that they start, by variables.
struct ContainerSettings: Sendable {
    /// The address to listen on; nil where no service says anything.
    let host: String?
    /// The port; nil for the usual one.
    let port: Int?
    /// The routes of Vertex AI; nil elsewhere.
    let vertexRoutes: Vertex.Routes?

    /// - Throws: `StartError.usage` for a variable that is wrong.
    init(_ environment: [String: String]) throws(StartError) {
        let mode = environment["AIP_MODE"]
        let variable = mode == nil ? "SAGEMAKER_BIND_TO_PORT" : "AIP_HTTP_PORT"
        let text = environment[variable]
        host = mode == nil && text == nil ? nil : "0.0.0.0"
        port = try text.map { text throws(StartError) in
            guard let port = Int(text), (1...65535).contains(port) else {
                throw .usage("\(variable): expected a port from 1 to 65535, found \"\(text)\"")
            }
            return port
        }
        guard mode != nil else {
            vertexRoutes = nil
            return
        }
        vertexRoutes = Vertex.Routes(
            predict: try Self.route("AIP_PREDICT_ROUTE", in: environment) ?? "/predict",
            health: try Self.route("AIP_HEALTH_ROUTE", in: environment) ?? "/health"
        )
    }

    private static func route(_ variable: String, in environment: [String: String]) throws(StartError) -> String? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard text.hasPrefix("/"), !text.contains(where: { "{}?#% ".contains($0) }) else {
            throw .usage("\(variable): expected a path such as /predict, found \"\(text)\"")
        }
        return text
    }
}
