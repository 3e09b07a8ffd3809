import ModelStore

extension RouteParameter where Value == JobID {
    /// A job's id in the path.
    static let jobID = RouteParameter(Parameter("id", in: .path, .jobID)) { text in
        guard let id = text.flatMap(JobID.init) else {
            throw StoreError.notFound("job \"\(text ?? "")\": there is none of that id")
        }
        return id
    }
}
