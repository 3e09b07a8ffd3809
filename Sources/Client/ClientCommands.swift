public import ArgumentParser

/// The commands of a client of a server, for the program's list.
public enum ClientCommands {
    /// All of them, in the order of the help.
    public static let all: [any ParsableCommand.Type] = [
        Run.self, Train.self, Predict.self, Evaluate.self, Generate.self, Watch.self, Jobs.self, Models.self,
        Datasets.self, Experiments.self,
    ]
}
