import HTTP
import HTTPTypes

extension Routes {
    /// The description of every route that the router has, for programs: OpenAPI 3.1.
    static func addDescription(to router: inout Router) {
        let path = "/openapi.json"
        let itself = Route(method: .get, pattern: path, access: .read)
        let document = OpenAPIDocument(routes: router.routes + [itself]).jsonBytes
        router.get(path) { request in
            try request.query.check(known: [])
            return Response(.ok, json: document)
        }
    }
}
