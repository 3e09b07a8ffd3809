import HTTP
import HTTPTypes

/// What a parser said about some bytes, pieces of a body put together.
struct ParserRun: Equatable, CustomStringConvertible {
    struct Message: Equatable {
        var method: String
        var target: String
        var fields: [String]
        var keepsAlive: Bool
        var expectsContinue: Bool
        var body: [UInt8] = []
        var isWhole = false
    }

    var messages: [Message] = []
    var error: WireError?

    init(_ pieces: [[UInt8]], limits: WireLimits = WireLimits()) {
        var parser = RequestParser(limits: limits)
        do throws(WireError) {
            for piece in pieces {
                var position = 0
                while let event = try parser.next(piece.span, from: &position) {
                    switch event {
                    case .head(let head): messages.append(Message(head))
                    case .body(let range): messages[messages.count - 1].body += piece[range]
                    case .end: messages[messages.count - 1].isWhole = true
                    }
                }
            }
        } catch {
            self.error = error
        }
    }

    init(_ text: String, limits: WireLimits = WireLimits()) {
        self.init([Array(text.utf8)], limits: limits)
    }

    var description: String {
        messages.map { "\($0)" }.joined(separator: "\n") + (error.map { "\n\($0.status.code) \($0.detail)" } ?? "")
    }
}

extension ParserRun.Message {
    init(_ head: RequestHead) {
        self.init(
            method: head.method.rawValue,
            target: head.rawTarget,
            fields: head.fields.map { "\($0.name.rawName): \($0.value)" },
            keepsAlive: head.keepsAlive,
            expectsContinue: head.expectsContinue
        )
    }
}
