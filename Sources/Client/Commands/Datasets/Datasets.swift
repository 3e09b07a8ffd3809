internal import ArgumentParser

/// `trainyard datasets`: what is done with datasets.
struct Datasets: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show, upload and delete datasets.",
        subcommands: [DatasetsList.self, DatasetsShow.self, DatasetsPut.self, DatasetsDelete.self],
        defaultSubcommand: DatasetsList.self
    )
}
