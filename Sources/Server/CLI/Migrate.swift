import ArgumentParser
import ModelStore

/// `trainyard migrate --store URL`: brings the schema of a PostgreSQL forward, before servers of a new program start.
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the schema of a store on PostgreSQL forward.",
        discussion: "A server does so as well at its start. With --check, status 1 says that there is something to do."
    )

    @Option(help: ArgumentHelp("The PostgreSQL that has the store.", valueName: "url"))
    var store: String?

    @Flag(help: "Change nothing, and tell whether there is something to do.")
    var check = false

    /// Brings it forward and tells which schema it has.
    func run() throws {
        let reader = SettingReader(environment: ServiceLinks.environment)
        guard let setting = reader.setting("store", store) else {
            throw StartError.usage("--store: expected postgresql://USER@HOST/DATABASE, found none")
        }
        let address = try StoreAddress(setting)
        let (found, newest) = try CommandError.reporting { () throws(StoreError) in
            try Store.migrate(address, isChecking: check)
        }
        let isNewest = found == newest
        let verb = check ? "would be brought" : "brought"
        StandardOutput.write(isNewest ? "schema \(newest)" : "schema \(found ?? "none"), \(verb) to \(newest)")
        if check, !isNewest { throw ExitCode(1) }
    }
}
