import ArgumentParser
import ModelStore

/// `trainyard check`: reads a whole store and verifies it.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify every page, checksum and file in a store.",
        discussion: "Ends with status 0 where nothing is wrong, or nothing any more; else with status 1."
    )

    @Flag(help: "Mend what can be mended: build indexes anew, remove what is damaged beyond use or orphaned.")
    var repair = false

    @OptionGroup var folder: DataFolderOption

    /// Opens the store; where not even that can be done, the damage is what was found.
    private func open() throws -> CommandStore {
        do {
            return try folder.open()
        } catch let error as CommandError {
            guard error.status == CommandError.damaged else { throw error }
            StandardOutput.write("\(error)\nverified nothing: restore a backup")
            throw ExitCode(1)
        }
    }

    /// Checks the store and tells what was found, a line each.
    func run() throws {
        let opened = try open()
        defer { opened.removeTemporary() }
        let store = opened.store
        let report = try CommandError.reporting { () throws(StoreError) in
            let report = try store.check(repairing: repair)
            try store.close()
            return report
        }
        for finding in report.findings { StandardOutput.write(finding.description) }
        let verdict =
            switch (report.findings.isEmpty, report.isClean) {
            case (true, _): "nothing is wrong"
            case (false, true): "all that was wrong has been repaired"
            case (false, false): repair ? "not all could be repaired" : "--repair mends what can be mended"
            }
        StandardOutput.write("verified \(report.contents): \(verdict)")
        if !report.isClean { throw ExitCode(1) }
    }
}

extension CheckReport {
    /// How much was read and found whole.
    var contents: String {
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        return "\(count(versions, "version")), \(count(checkpoints, "checkpoint")), \(count(datasets, "dataset"))"
    }
}
