import Features
import HTTP
import HTTPTypes
import Interchange
import JSON
import ModelStore
import NN
import Platform

extension Problem {
    /// What a client is told about an error of the other rooms; nil for one that only the log may show.
    init?(cause: any Error) {
        switch cause {
        case let problem as Problem: self = problem
        case let faulty as FaultyInput: self.init(faulty)
        case let syntax as JSONSyntaxError: self.init(syntax)
        case let missing as MissingReferences:
            self.init(.notFound, detail: missing.description, errors: missing.faults.list)
        case let error as StoreError: self.init(storeError: error)
        case let error as DatasetFormatError: self.init(formatError: error)
        case let error as MultipartError: self.init(.badRequest, detail: error.description)
        case .mismatch(let faults) as WeightsFileError:
            self.init(
                .unprocessableContent,
                detail: "weights: \(faults.joined(separator: "; "))",
                errors: faults.map { Fault(pointer: "", detail: $0) }
            )
        case let error as InterchangeError:
            self.init(
                .unprocessableContent,
                detail: error.faults.map { $0.pointer.isEmpty ? $0.message : "\($0.pointer): \($0.message)" }
                    .joined(separator: "; "),
                errors: error.faults.map { Fault(pointer: $0.pointer, detail: $0.message) }
            )
        case let error as WeightsFileError: self.init(.unprocessableContent, detail: error.description)
        case let shortage as MemoryShortage where shortage.isForGood:
            self.init(.contentTooLarge, detail: shortage.description)
        case let shortage as MemoryShortage:
            self.init(.serviceUnavailable, detail: shortage.description, fields: [.retryAfter: "5"])
        case let error as TrainingError: self.init(.unprocessableContent, detail: error.description)
        default: return nil
        }
    }

    private init?(storeError: StoreError) {
        switch storeError {
        case .invalid(let message), .keyReused(let message): self.init(.unprocessableContent, detail: message)
        case .notFound(let message): self.init(.notFound, detail: message)
        case .conflict(let message): self.init(.conflict, detail: message)
        case .queueFull(let message, _):
            self.init(.tooManyRequests, detail: message, fields: [.retryAfter: "5"])
        case .full(let message), .readOnly(let message), .busy(let message), .unavailable(let message):
            self.init(.serviceUnavailable, detail: message, fields: [.retryAfter: "5"])
        case .corrupt(let message): self.init(.internalServerError, detail: message)
        case .leaseLost, .unexpected: return nil
        }
    }

    private init(formatError: DatasetFormatError) {
        switch formatError {
        case .option: self.init(.badRequest, detail: formatError.description)
        case .content: self.init(.unprocessableContent, detail: formatError.description)
        case .fields(let faulty): self.init(faulty)
        case .syntax(let syntax): self.init(syntax)
        case .tooLarge: self.init(.contentTooLarge, detail: formatError.description)
        }
    }
}
