import ArgumentParser
import HTTP

/// The flags of `trainyard serve` that say how it listens, and what it bears from clients.
struct HTTPFlags: ParsableArguments {
    @Option(help: ArgumentHelp("A Unix domain socket to listen on too.", valueName: "path"))
    var unixSocket: String?

    @Flag(help: "Let a new server that says the same take over the port while this one stops.")
    var reusePort = false

    @Option(
        help: ArgumentHelp(
            "The origins whose pages may use the server, separated by commas; * for all (default: none).",
            valueName: "origins"
        )
    )
    var corsOrigin: String?

    @Option(
        help: ArgumentHelp(
            "Names under which a server without tokens answers, beside localhost and those in --host; * for any.",
            valueName: "names"
        )
    )
    var allowedHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "The path under which a proxy offers the server, such as /yard (default: none).",
            valueName: "path"
        )
    )
    var basePath: String?

    @Option(
        help: ArgumentHelp(
            "Addresses or ranges such as 10.0.0.0/8 of proxies whose X-Forwarded-Prefix counts; unix for the socket.",
            valueName: "addresses"
        )
    )
    var trustedProxy: [String] = []

    @Flag(help: "Log each request on standard error.")
    var accessLog = false

    @Option(help: ArgumentHelp("How many threads serve connections (default: half the cores).", valueName: "n"))
    var httpThreads: String?

    @Option(help: ArgumentHelp("How many connections may be open (default: 4096).", valueName: "n"))
    var maxConnections: String?

    @Option(help: ArgumentHelp("How many requests may be in flight (default: 1024).", valueName: "n"))
    var maxRequests: String?

    @Option(help: ArgumentHelp("The longest head of a request (default: 131072).", valueName: "bytes"))
    var maxHead: String?

    @Option(help: ArgumentHelp("The longest request target (default: 98304).", valueName: "bytes"))
    var maxTarget: String?

    @Option(help: ArgumentHelp("How many fields a head may have (default: 100).", valueName: "n"))
    var maxFields: String?

    @Option(
        help: ArgumentHelp(
            "How many bytes one byte of a compressed body may become, past the first MiB (default: 200).",
            valueName: "n"
        )
    )
    var maxInflation: String?

    @Option(help: ArgumentHelp("How long a head may take to arrive (default: 10).", valueName: "seconds"))
    var headTimeout: String?

    @Option(help: ArgumentHelp("How long an awaited body may stand still (default: 30).", valueName: "seconds"))
    var bodyTimeout: String?

    @Option(help: ArgumentHelp("How long a connection may rest between requests (default: 75).", valueName: "seconds"))
    var idleTimeout: String?

    @Option(help: ArgumentHelp("How long a client may leave an answer unread (default: 30).", valueName: "seconds"))
    var writeTimeout: String?

    /// What they and their variables set, over what else holds for this program; `loops` threads serve connections
    /// unless told otherwise.
    ///
    /// - Throws: `StartError.usage` naming the flag or variable that is wrong.
    func configuration(_ reader: SettingReader, loops: Int) throws(StartError) -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.loops = try reader.integer("http-threads", httpThreads, 1...256) ?? loops
        configuration.reusesPort = try reader.switched("reuse-port", reusePort)
        configuration.logsRequests = try reader.switched("access-log", accessLog)
        configuration.addresses = try reader.text("unix-socket", unixSocket).map { [.unix(path: $0)] } ?? []
        configuration.crossOrigin = try crossOrigin(reader)
        configuration.hostNames = try hostNames(reader)
        configuration.pathPrefix = try pathPrefix(reader)
        configuration.trustedProxies = try trustedProxies(reader)
        configuration.limits = try limits(reader)
        configuration.timeouts = try timeouts(reader)
        return configuration
    }

    private func limits(_ reader: SettingReader) throws(StartError) -> Limits {
        var limits = Limits()
        // An instance in the query of GET /predict may be an image.
        limits.targetBytes = try reader.integer("max-target", maxTarget, 256...1 << 24) ?? 96 << 10
        limits.headBytes = try reader.integer("max-head", maxHead, 1024...1 << 25) ?? 128 << 10
        limits.fieldCount = try reader.integer("max-fields", maxFields, 8...10_000) ?? limits.fieldCount
        limits.connections =
            try reader.integer("max-connections", maxConnections, 1...1_000_000) ?? limits.connections
        limits.requestsInFlight =
            try reader.integer("max-requests", maxRequests, 1...1_000_000) ?? limits.requestsInFlight
        limits.inflationRatio =
            try reader.integer("max-inflation", maxInflation, 1...1100) ?? limits.inflationRatio
        return limits
    }

    private func timeouts(_ reader: SettingReader) throws(StartError) -> Timeouts {
        func seconds(_ flag: String, _ value: String?, _ standard: Duration) throws(StartError) -> Duration {
            try reader.number(flag, value, 0.05...86_400).map { .seconds($0) } ?? standard
        }
        var timeouts = Timeouts()
        timeouts.head = try seconds("head-timeout", headTimeout, timeouts.head)
        timeouts.body = try seconds("body-timeout", bodyTimeout, timeouts.body)
        timeouts.idle = try seconds("idle-timeout", idleTimeout, timeouts.idle)
        timeouts.write = try seconds("write-timeout", writeTimeout, timeouts.write)
        return timeouts
    }

    private func crossOrigin(_ reader: SettingReader) throws(StartError) -> CrossOriginPolicy? {
        guard let (source, text) = reader.setting("cors-origin", corsOrigin) else { return nil }
        let origins = text.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
        for origin in origins where !Self.isOrigin(origin) {
            throw .usage("\(source): expected origins such as https://app.example:8443, or *, found \"\(origin)\"")
        }
        if origins.isEmpty { throw .usage("\(source): expected an origin, found none") }
        return CrossOriginPolicy(origins: Set(origins))
    }

    private func hostNames(_ reader: SettingReader) throws(StartError) -> Set<String> {
        guard let (source, names) = try reader.list("allowed-host", allowedHost) else { return [] }
        for name in names where name != "*" && !Self.isHostName(name) {
            throw .usage(
                "\(source): expected names such as trainyard.example, without scheme, port or path, or *, "
                    + "found \"\(name)\"" + (name.allSatisfy(\.isASCII) ? "" : "; browsers send its form in xn--")
            )
        }
        return Set(names)
    }

    private func pathPrefix(_ reader: SettingReader) throws(StartError) -> String {
        // An empty variable is what a Compose file makes of one that is not set.
        guard let (source, path) = reader.setting("base-path", basePath), !path.isEmpty else { return "" }
        guard ServerConfiguration.isPathPrefix(path) else {
            throw .usage(
                "\(source): expected a path such as /yard, with a slash in front and none at the end, as it stands in a "
                    + "URL, found \"\(path)\""
            )
        }
        return path
    }

    private func trustedProxies(_ reader: SettingReader) throws(StartError) -> [PeerRange] {
        guard let (source, texts) = try reader.list("trusted-proxy", trustedProxy) else { return [] }
        var ranges: [PeerRange] = []
        for text in texts {
            guard let range = PeerRange(text) else {
                throw .usage(
                    "\(source): expected addresses or ranges such as 10.0.0.5, 10.0.0.0/8 or fd00::/8, or unix, "
                        + "found \"\(text)\""
                )
            }
            ranges.append(range)
        }
        return ranges
    }

    /// Whether the text is a name as it stands in a Host field: labels of letters, digits, hyphens and underscores.
    private static func isHostName(_ text: String) -> Bool {
        let labels = (text.hasSuffix(".") ? text.dropLast() : text[...]).utf8
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty
                    && label.allSatisfy { byte in
                        let character = Character(Unicode.Scalar(byte))
                        return character.isASCII
                            && (character.isLetter || character.isNumber || "-_".contains(character))
                    }
            }
    }

    /// Whether a browser can send the text as an origin: scheme, host and perhaps a port (RFC 6454 §6.2).
    private static func isOrigin(_ text: String) -> Bool {
        guard text != "*" else { return true }
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        let host = text.dropFirst(scheme.count)
        return !host.isEmpty && !host.contains { "/?#@ *".contains($0) || $0.isUppercase }
    }
}
