import Foundation
import JSON
import Synchronization
import Testing

/// A client that makes, changes and removes models, datasets, weights and aliases of its own, and knows what it was told: all
/// of it must be found again, whatever happens to the server.
final class Possessions: Sendable {
    private enum Kind: String {
        /// The model whose weights and alias are changed.
        case home
        case model, dataset, weights, alias
    }

    private struct Thing: Hashable {
        let kind: Kind
        let name: String

        /// Where it is changed, and looked at.
        var path: String {
            switch kind {
            case .home, .model: "/models/\(name)"
            case .dataset: "/datasets/\(name)"
            case .weights: "/models/\(name)/weights"
            case .alias: "/models/\(name)/aliases/stable"
            }
        }
    }

    private struct State {
        /// By what each thing is recognised that is there.
        var known: [Thing: String] = [:]
        /// What the request that was not answered would have made of its thing; nil inside for a removal.
        var unanswered: (thing: Thing, state: String?)?
        var newestVersion = 0
        var number = 0
        var acknowledged = 0
        /// Answers that were not to be expected after what was acknowledged.
        var surprises: [String] = []
    }

    private let home: String
    private let things: [Thing]
    private let state = Mutex(State())

    /// A client under a name that no other one has.
    init(name: String) {
        home = "home-\(name)"
        things =
            [Thing(kind: .home, name: home), Thing(kind: .weights, name: home), Thing(kind: .alias, name: home)]
            + ["a", "b", "c"].map { Thing(kind: .model, name: "model-\(name)-\($0)") }
            + ["a", "b"].map { Thing(kind: .dataset, name: "dataset-\(name)-\($0)") }
    }

    /// How many changes were acknowledged.
    var acknowledged: Int { state.withLock(\.acknowledged) }

    /// Changes one thing or another; false where no answer came.
    func change(with client: LooseClient) throws -> Bool {
        try state.withLock { state in
            var request = try self.request(&state)
            if state.known[Thing(kind: .home, name: home)] == nil {
                request = definition(Thing(kind: .home, name: home))
            }
            state.unanswered = (request.thing, request.state)
            let answer = client.send(request.method, request.path, request.body, type: request.type)
            guard let answer else { return false }
            state.unanswered = nil
            guard request.statuses.contains(answer.status) else {
                let text = String(decoding: answer.body, as: UTF8.self)
                state.surprises.append("\(request.method) \(request.path): \(answer.status) \(text)")
                return true
            }
            state.known[request.thing] = request.state
            if request.thing.kind == .weights { state.newestVersion = try #require(try answer["version"]?.int()) }
            state.acknowledged += 1
            return true
        }
    }

    /// Looks at every thing, and takes it for what it is from now on.
    ///
    /// - Returns: What is not as was acknowledged; nil where an answer did not come.
    func losses(with client: LooseClient) throws -> [String]? {
        try state.withLock { state in
            var losses = state.surprises
            for thing in things {
                guard let look = try look(at: thing, client) else { return nil }
                let found = look.state
                let known = state.known[thing]
                let isPossible = state.unanswered.map { $0.thing == thing && $0.state == found } ?? false
                if found != known, !isPossible {
                    let (found, known) = (found ?? "nothing", known ?? "nothing")
                    losses.append("\(thing.kind.rawValue) of \(thing.name): found \(found), expected \(known)")
                }
                state.known[thing] = found
                if thing.kind == .weights, found == nil { state.newestVersion = 0 }
            }
            state.unanswered = nil
            state.surprises = []
            return losses
        }
    }

    private struct Request {
        let thing: Thing
        let method: String
        let path: String
        var body: [UInt8] = []
        var type = "application/json"
        /// What the answer may be.
        let statuses: [Int]
        /// By what the thing will be recognised; nil for a removal.
        let state: String?
    }

    private func definition(_ thing: Thing) -> Request {
        let body = Samples.line.replacing(#""line""#, with: "\"\(thing.name)\"")
        return Request(
            thing: thing,
            method: "POST",
            path: "/models",
            body: Array(body.utf8),
            statuses: [201],
            state: "a model"
        )
    }

    /// The next change.
    private func request(_ state: inout State) throws -> Request {
        state.number += 1
        let number = state.number
        let thing = try #require(
            things.dropFirst().filter { $0.kind != .alias || state.newestVersion > 0 }.randomElement()
        )
        let path = thing.path
        let isThere = state.known[thing] != nil
        if isThere, thing.kind == .model || (thing.kind != .weights && Bool.random()) {
            return Request(thing: thing, method: "DELETE", path: path, statuses: [204], state: nil)
        }
        switch thing.kind {
        case .home, .model:
            return definition(thing)
        case .dataset:
            let rows = (0..<number).map { "[\($0), 1]" }.joined(separator: ",")
            let body = #"{"x": [\#(rows)], "y": [\#((0..<number).map(String.init).joined(separator: ","))]}"#
            return Request(
                thing: thing,
                method: "PUT",
                path: path,
                body: Array(body.utf8),
                statuses: [200, 201],
                state: "\(number) rows"
            )
        case .weights:
            let numbers: [Float] = [Float(number), 0, 1]
            return Request(
                thing: thing,
                method: "PUT",
                path: path,
                body: Self.weights(numbers),
                type: "application/octet-stream",
                statuses: [201],
                state: "\(numbers)"
            )
        case .alias:
            let version = Int.random(in: 1...state.newestVersion)
            return Request(
                thing: thing,
                method: "PUT",
                path: path,
                body: Array("{\"version\": \(version)}".utf8),
                statuses: [200],
                state: "version \(version)"
            )
        }
    }

    /// What was seen of a thing: by what it is recognised, nil where it isn't there.
    private struct Look {
        let state: String?
    }

    /// Looks at a thing; nil where no answer came.
    private func look(at thing: Thing, _ client: LooseClient) throws -> Look? {
        guard let answer = client.send("GET", thing.kind == .alias ? "/models/\(home)/aliases" : thing.path) else {
            return nil
        }
        if answer.status == 404 { return Look(state: nil) }
        try #require(answer.status == 200, "\(thing.path): \(String(decoding: answer.body, as: UTF8.self))")
        switch thing.kind {
        case .home, .model:
            return Look(state: "a model")
        case .dataset:
            let (trained, tested) = (try answer["rows"]?.int(), try answer["test_rows"]?.int())
            return Look(state: "\(try #require(trained) + #require(tested)) rows")
        case .weights:
            let floats = answer.body.suffix(12).withUnsafeBytes { bytes in
                (0..<3).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
            }
            // Initial weights have a bias of zero.
            return Look(state: floats[2] == 0 ? nil : "\(floats)")
        case .alias:
            let alias = try answer["aliases"]?.elements.first { try $0["alias"]?.string() == "stable" }
            let version = try alias?["version"]?.int()
            return Look(state: version.map { "version \($0)" })
        }
    }

    /// A file of the weights of a model like `Samples.line`: two of the kernel and the bias.
    private static func weights(_ numbers: [Float]) -> [UInt8] {
        let header = """
            {"dense/kernel":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},\
            "dense/bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
            """
        let floats = numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
        return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + floats
    }
}
