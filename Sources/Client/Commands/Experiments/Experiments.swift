internal import ArgumentParser

/// `trainyard experiments`: what is done with experiments.
struct Experiments: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show, start, await, cancel and delete experiments.",
        subcommands: [
            ExperimentsList.self, ExperimentsShow.self, ExperimentsStart.self, ExperimentsWait.self,
            ExperimentsCancel.self, ExperimentsDelete.self,
        ],
        defaultSubcommand: ExperimentsList.self
    )
}
