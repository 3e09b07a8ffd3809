internal import ArgumentParser

/// `trainyard models`: what is done with models.
struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show, define and delete models, and name their versions.",
        subcommands: [ModelsList.self, ModelsShow.self, ModelsCreate.self, ModelsAlias.self, ModelsDelete.self],
        defaultSubcommand: ModelsList.self
    )
}
