import JSON
import ModelStore
import NN

/// What a client wants to go on from, and what is to be other than it was.
struct ForkRequest: Sendable {
    /// The epoch behind which to go on; nil for the newest that is kept.
    let epoch: Int?
    /// The options that change, as in a training request.
    private let changes: JSONValue

    /// What no fork changes: with it the rows, or what layers have learned from them, would be others.
    private static let fixed = [
        "model", "dataset", "data", "validation_data", "initial_version", "inputs", "targets", "window", "shift",
        "sample_weight", "validation", "adapt",
    ]

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput` where it isn't an object, or its epoch no number.
    init(_ body: JSONValue) throws(FaultyInput) {
        var reader = ObjectReader(body)
        epoch = reader.optionalInt("epoch", in: 1...Int.max)
        try reader.faults.check()
        changes = body
    }

    /// The whole request: the origin's, but for what is changed.
    ///
    /// - Parameters:
    ///   - job: The origin.
    ///   - kept: The epoch of it.
    /// - Returns: The request.
    /// - Throws: `FaultyInput` for what no fork changes, or the optimizer's state can't follow.
    func request(of job: Job, _ kept: KeptEpoch) throws -> TrainingRequest {
        let origin = try JSONDocument(parsing: job.request).root
        var faults = unchangeable(job, origin, kept)
        var request = TrainingRequest(try merged(job, origin, kept))
        request.fork = kept
        faults.add(request.faults)
        if let options = request.options {
            let before = try StoredRequest(origin).options.optimizer
            if !options.optimizer.canGoOn(from: before) {
                faults.add(
                    "/optimizer",
                    """
                    \(Self.words(options.optimizer)) can't go on with the state of \(Self.words(before)); change its numbers \
                    alone, or have POST /train start from "initial_version": "\(kept)"
                    """
                )
            }
            if options.epochs < kept.epoch {
                let detail = "expected \(kept.epoch) or more, since the fork goes on behind epoch \(kept.epoch), found"
                faults.add("/epochs", "\(detail) \(options.epochs)")
            }
        }
        try faults.check()
        return request
    }

    private static func words(_ optimizer: OptimizerConfiguration) -> String {
        let slots = optimizer.slots.joined(separator: " and ")
        return optimizer.name + (slots.isEmpty ? " that keeps nothing" : " that keeps \(slots)")
    }

    private func unchangeable(_ job: Job, _ origin: JSONValue, _ kept: KeptEpoch) -> Faults {
        var faults = Faults()
        for key in Self.fixed {
            guard let given = changes[key] else { continue }
            let isSame =
                switch key {
                case "model": (try? given.string()) == job.model
                case "dataset": (try? given.string()) == job.dataset
                default: given.isNull ? origin[key] == nil : origin[key].map { text($0) == text(given) } ?? false
                }
            if !isSame {
                faults.add(
                    "/\(key)",
                    """
                    can't change, since a fork goes on with its origin's model and data; \
                    "initial_version": "\(kept)" in POST /train takes the weights to others
                    """
                )
            }
        }
        return faults
    }

    private func text(_ value: JSONValue) -> String {
        var json = JSONWriter()
        json.write(value)
        return json.text
    }

    /// The members of both, those that change first; an optimizer without a type is its origin's with other numbers.
    private func merged(_ job: Job, _ origin: JSONValue, _ kept: KeptEpoch) throws -> JSONValue {
        let own = Self.fixed + ["epoch", "priority"]
        // One of the two says which rows validate, or how many ranks train, and the other one gives way.
        let pairs = [
            ("validation_split", "validation_rows"), ("validation_rows", "validation_split"), ("ranks", "parallel"),
        ]
        let dropped = pairs.filter { changes[$0.0] != nil }.map(\.1)
        var json = JSONWriter()
        try json.object { json in
            json.field("model", job.model)
            json.field("dataset", job.dataset)
            json.field("initial_version", kept.description)
            if let priority = changes["priority"] {
                json.field("priority", priority)
            } else {
                json.field("priority", job.priority)
            }
            for (key, value) in changes.members where !own.contains(key) {
                json.field(key, key == "optimizer" ? try optimizer(value, origin[key]) : value)
            }
            for (key, value) in origin.members where changes[key] == nil && !dropped.contains(key) {
                json.field(key, value)
            }
        }
        return try JSONDocument(parsing: json.bytes).root
    }

    private func optimizer(_ value: JSONValue, _ origin: JSONValue?) throws -> JSONValue {
        guard value.kind == .object, value["type"] == nil, value["class_name"] == nil, let origin else { return value }
        return try value.filled(from: origin)
    }
}
