internal import ArgumentParser

/// `trainyard jobs`: what is done with jobs.
struct Jobs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show, await, steer, fork, repeat and delete jobs.",
        subcommands: [
            JobsList.self, JobsShow.self, JobsWait.self, JobsCancel.self, JobsPause.self, JobsResume.self,
            JobsFork.self, JobsReplay.self, JobsDelete.self,
        ],
        defaultSubcommand: JobsList.self
    )
}
