internal import ArgumentParser
internal import JSON

/// `trainyard experiments list`: a line an experiment.
struct ExperimentsList: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List experiments, newest first.")

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let experiments = try server.client().answer(to: Request("GET", "experiments")).json().list("experiments")
        guard !server.output.isJSON else {
            for experiment in experiments { try server.output.json(experiment) }
            return
        }
        try server.output.table(ExperimentTable.table(of: experiments))
    }
}
