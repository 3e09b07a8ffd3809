/// The part of a request's body that has arrived and that nobody has taken.
struct BodyBuffer {
    private(set) var bytes: [UInt8] = []
    private(set) var isWhole = false
    /// Why no more will come, though the body is not whole.
    private var failure: (any Error)?
    private var waiting: CheckedContinuation<[UInt8]?, any Error>?

    var isAwaited: Bool { waiting != nil }

    mutating func append(_ piece: Span<UInt8>) {
        piece.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    mutating func end() {
        isWhole = true
    }

    /// Ends the body with an error, which the reader gets when it has taken what arrived before.
    mutating func fail(_ error: any Error) {
        if !isWhole, failure == nil { failure = error }
        deliver()
    }

    /// What a reader can have at once; nil when it must wait.
    mutating func take() -> Result<[UInt8]?, any Error>? {
        if !bytes.isEmpty { return .success(takeAll()) }
        if isWhole { return .success(nil) }
        return failure.map { .failure($0) }
    }

    mutating func takeAll() -> [UInt8] {
        exchange(&bytes, with: [])
    }

    /// Lets the reader wait for the next bytes; a second reader at once is an error of the handler.
    mutating func wait(_ reader: CheckedContinuation<[UInt8]?, any Error>) {
        guard waiting == nil else { return reader.resume(throwing: RequestBodyError.readTwice) }
        waiting = reader
    }

    /// Gives the waiting reader what there is; true when it got something.
    @discardableResult
    mutating func deliver() -> Bool {
        guard let reader = waiting, let result = take() else { return false }
        waiting = nil
        reader.resume(with: result)
        return true
    }
}

/// A request body that was not read as it can be.
enum RequestBodyError: Error, CustomStringConvertible {
    case readTwice
    case exchangeOver

    var description: String {
        switch self {
        case .readTwice: "the request body is read by two tasks at once"
        case .exchangeOver: "the request body is read after the response"
        }
    }
}
