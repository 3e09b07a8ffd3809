internal import JSON

/// An answer that is no success, as lines for the person who asked.
struct Refusal {
    private let response: Response
    private let address: ServerAddress
    private let hasToken: Bool

    init(_ response: Response, address: ServerAddress, hasToken: Bool) {
        self.response = response
        self.address = address
        self.hasToken = hasToken
    }

    /// What to say: a line a fault, with its place in the file that was sent where there is one.
    func failure(_ source: (any FaultSource)?) -> Failure {
        let status = response.head.status
        if (300..<400).contains(status) {
            let place = response.head.field("location").map { " to \($0)" } ?? ""
            return Failure(
                .unavailable,
                "\(address.text) leads elsewhere\(place): give the server's own address with --url"
            )
        }
        let problem = try? response.json()
        let faults = problem?["errors"]?.elements.compactMap { fault -> Fault? in
            guard let detail = fault.text("detail") else { return nil }
            return Fault(pointer: fault.text("pointer") ?? "", detail: detail)
        }
        let kind = ExitStatus(httpStatus: status)
        if let faults, !faults.isEmpty {
            let omitted = problem?.number("omitted").map { ["trainyard: and \(Int($0)) more"] } ?? []
            return Failure(kind, lines: faults.map { source?.line(for: $0) ?? "trainyard: \($0)" } + omitted)
        }
        let detail = problem?.text("detail") ?? "the server answers with status \(status)"
        if kind == .denied {
            let advice =
                hasToken
                ? "the token is not one of the server's, or may not do that"
                : "give one by --token-file or TRAINYARD_TOKEN"
            return Failure(kind, "\(detail) (\(advice))")
        }
        if let source, kind == .refused {
            return Failure(kind, lines: [source.line(for: Fault(pointer: "", detail: detail))])
        }
        return Failure(kind, detail)
    }
}
