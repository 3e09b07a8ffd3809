import Foundation
import JSON
import Testing

/// A request that must be refused: what is sent, and what the answer must say.
struct RefusedRow: CustomTestStringConvertible, Sendable {
    /// What is wrong about it.
    let name: String
    /// What is sent.
    let body: String
    /// The status of the answer.
    let status: Int
    /// The place of the first fault, as a JSON pointer; nil where the answer lists none.
    let pointer: String?
    /// A part of the sentence about it.
    let sentence: String

    init(_ name: String, _ body: String, status: Int = 422, at pointer: String? = nil, _ sentence: String) {
        self.name = name
        self.body = body
        self.status = status
        self.pointer = pointer
        self.sentence = sentence
    }

    var testDescription: String { name }

    /// Holds an answer against the row.
    func check(_ reply: Reply) throws {
        #expect(reply.status == status, "\(reply.text)")
        #expect(reply.fields["content-type"] == "application/problem+json")
        #expect(try reply["status"]?.int() == status)
        #expect(try reply["detail"]?.string().contains(sentence) == true, "\(reply.text)")
        guard let pointer else { return }
        #expect(reply.faults.contains { $0.hasPrefix(pointer + " ") && $0.contains(sentence) }, "\(reply.faults)")
    }
}
