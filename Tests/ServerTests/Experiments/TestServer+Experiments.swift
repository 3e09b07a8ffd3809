import JSON
import Testing

extension TestServer {
    /// Asks for an experiment that must be accepted; gives its name.
    @discardableResult
    func experiment(_ request: String) throws -> String {
        let reply = try post("/experiments", request)
        try #require(reply.status == 202, "\(reply.text)")
        let name = try #require(try reply["name"]?.string())
        #expect(reply.fields["location"] == "/experiments/\(name)")
        #expect(try reply["state"]?.string() == "running")
        return name
    }

    /// Polls an experiment until it has ended, which must be in a state.
    func experiment(_ name: String, until state: String) throws -> Reply {
        try wait(for: "experiment \(name) to become \(state)") {
            let reply = try get("/experiments/\(name)")
            let found = try #require(try reply["state"]?.string(), "\(reply.text)")
            if found == state { return reply }
            try #require(found == "running", "\(reply.text)")
            return nil
        }
    }
}

extension Reply {
    /// The trials of an experiment, the best first.
    var leaderboard: [JSONValue] { self["leaderboard"].map { Array($0.elements) } ?? [] }

    /// What an experiment has found, without what differs from run to run: the numbers of jobs.
    var table: [String] {
        leaderboard.map { trial in
            ["trial", "state", "values", "scores", "mean", "deviation", "epochs"].map { trial[$0]?.source ?? "?" }
                .joined(separator: " ")
        }
    }
}

/// Experiments that tests share.
enum ExperimentSamples {
    /// A small network for the digits.
    static func net(_ name: String) -> String {
        """
        {"name": "\(name)", "input_shape": [8, 8, 1], "seed": 5, "layers": [
          {"type": "Rescaling", "scale": 0.0625}, {"type": "Flatten"},
          {"type": "Dense", "units": 16, "activation": "relu"}, {"type": "Dense", "units": 10, "activation": "softmax"}]}
        """
    }

    /// Options of its training.
    static func training(epochs: Int = 2, _ more: String = #""validation_split": 0.2"#) -> String {
        """
        {"epochs": \(epochs), "optimizer": {"type": "Adam", "learning_rate": 0.01}, "metrics": ["accuracy"],
         "loss": "sparse_categorical_crossentropy"\(more.isEmpty ? "" : ", " + more)}
        """
    }

    /// An experiment on the digits; `model` is JSON.
    static func digits(
        _ name: String,
        model: String,
        training: String = training(),
        space: String,
        _ more: String
    )
        -> String
    {
        """
        {"name": "\(name)", "base": {"model": \(model), "dataset": "digits", "training": \(training)},
         "space": \(space), \(more)}
        """
    }
}
