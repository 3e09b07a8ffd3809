import HTTP
import HTTPTypes
import JSON
import ModelStore

extension Request {
    /// The body, whatever the client says that it is: clients of other servers name a wrong type, or none.
    ///
    /// - Throws: `MemoryShortage`, and what reading the body throws.
    func bytes() async throws -> [UInt8] { try await body.collectCounted(length: knownLength) }

    /// The body as JSON, whatever the client says that it is.
    ///
    /// - Throws: `JSONSyntaxError`, and what reading the body throws.
    func anyJSON() async throws -> JSONValue { try JSONDocument(parsing: await bytes()).root }

    /// The body as a JSON object; one without members where there is no body.
    ///
    /// - Throws: `FaultyInput` for JSON of another kind.
    func optionalObject() async throws -> JSONValue {
        let bytes = try await bytes()
        let root = try JSONDocument(parsing: bytes.isEmpty ? Array("{}".utf8) : bytes).root
        guard root.kind == .object else { throw FaultyInput(root.mismatch("an object")) }
        return root
    }
}

extension RouteParameter where Value == VersionReference {
    /// The number of a version in the path.
    static let versionNumber = RouteParameter(
        Parameter("version", in: .path, .string(matching: "^[0-9]{1,18}$"), "The number; 0 for the initial weights")
    ) { text in
        let text = text ?? ""
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            throw Problem(.notFound, detail: "there is no version \"\(text)\"; versions are numbers in this protocol")
        }
        return .number(number)
    }
}

extension FaultyInput {
    /// The error of one sentence about the whole body.
    init(_ detail: String) { self.init(Fault(pointer: "", detail: detail)) }

    /// The error of one value.
    init(_ value: JSONValue, _ detail: String) { self.init(Fault(pointer: value.pointer, detail: detail)) }
}
