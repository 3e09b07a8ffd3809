internal import JSON

/// The removal of something that has a name.
struct Deletion {
    /// What it is, for people: `job`.
    let kind: String
    /// The first segment of its path: `jobs`.
    let collection: String
    /// Its name.
    let name: String

    /// Removes it, and says so.
    func execute(_ server: ServerOptions) throws(Failure) {
        _ = try server.client().answer(to: Request("DELETE", collection, name))
        guard server.output.isJSON else { return try server.output.line("\(kind) \(name) deleted") }
        try server.output.json { json in
            json.field(kind, name)
            json.field("deleted", true)
        }
    }
}
