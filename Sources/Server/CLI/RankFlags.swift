import ArgumentParser

/// The flags of `trainyard serve` for jobs that several workers train together.
struct RankFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where ranks on other nodes reach this one (default: the address that a PostgreSQL sees, else 127.0.0.1).",
            valueName: "address"
        )
    )
    var peer: String?

    @Option(
        help: ArgumentHelp(
            "By what ranks speak to each other: auto, gloo, or none to train alone (default: auto).",
            valueName: "which"
        )
    )
    var collectives: String?

    /// How ranks speak to each other.
    func transport(_ reader: SettingReader) throws(StartError) -> RankTransport {
        let choice = try reader.setting("collectives", collectives).map { setting throws(StartError) in
            guard let choice = RankLibrary.Choice(rawValue: setting.text) else {
                throw .usage("\(setting.source): expected auto, gloo or none, found \"\(setting.text)\"")
            }
            return choice
        }
        let library = RankLibrary(choice ?? .auto)
        if choice == .gloo, let problem = library.problem { throw .usage("--collectives gloo: \(problem)") }
        return RankTransport(library: library, peer: try reader.text("peer", peer))
    }
}
