import ArgumentParser
import ModelStore

/// The flags of `trainyard serve` for a store on PostgreSQL.
struct StoreFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The PostgreSQL that has the store; --data is for copies of its files then (default: none, the data folder).",
            valueName: "url"
        )
    )
    var store: String?

    @Option(help: ArgumentHelp("The most connections to it (default: 8).", valueName: "n"))
    var storeConnections: String?

    @Option(help: ArgumentHelp("What a statement may take, connecting included (default: 5).", valueName: "seconds"))
    var storeTimeout: String?

    @Option(help: ArgumentHelp("The most bytes of copies in --data (default: 10737418240).", valueName: "bytes"))
    var cacheLimit: String?

    /// The PostgreSQL; nil for a data folder.
    func address(_ reader: SettingReader) throws(StartError) -> StoreAddress? {
        try reader.setting("store", store).map { (setting) throws(StartError) in try StoreAddress(setting) }
    }

    /// Sets the limits of the store.
    func set(_ options: inout StoreOptions, _ reader: SettingReader) throws(StartError) {
        options.connections = try reader.integer("store-connections", storeConnections, 1...1000) ?? options.connections
        let timeout = try reader.number("store-timeout", storeTimeout, 0.1...3600)
        options.timeoutMilliseconds = timeout.map { Int($0 * 1000) } ?? options.timeoutMilliseconds
        options.cacheBytes = try reader.integer("cache-limit", cacheLimit, 0...1 << 50) ?? options.cacheBytes
        options.mayBeAway = true
    }
}
