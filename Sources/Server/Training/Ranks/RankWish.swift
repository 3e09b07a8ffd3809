import Glibc
import JSON

/// How many ranks a client wants a job trained by; none of it changes the weights.
struct RankWish: Equatable, Sendable {
    /// The most that take part.
    let ranks: Int
    /// The fewest to begin with.
    let fewest: Int
    /// How long the first one waits for more than these.
    let waitSeconds: Double

    /// One rank, which waits for nobody.
    static let one = RankWish(ranks: 1, fewest: standardFewest, waitSeconds: standardWait)

    /// What the number of ranks may be.
    static let counts = 1...64
    /// The fewest where a client doesn't say it.
    static let standardFewest = 1
    /// How long the first one waits where a client doesn't say it.
    static let standardWait = 5.0
    /// How long it may wait.
    static let waits = Interval.from(0, below: 3600)

    /// What stands in a stored request of more than one rank.
    private static let member = "parallel"

    /// What a stored request says, as quickly as lists need it.
    init(stored request: String) {
        let isThere = request.withCString { strstr($0, "\"\(Self.member)\":") != nil }
        guard isThere, let value = try? JSONDocument(parsing: request).root[Self.member],
            let wish = try? value.read({ RankWish(reading: &$0) })
        else {
            self = .one
            return
        }
        self = wish
    }

    private init(ranks: Int, fewest: Int, waitSeconds: Double) {
        (self.ranks, self.fewest, self.waitSeconds) = (ranks, fewest, waitSeconds)
    }

    /// Reads `ranks`, `min_ranks` and `wait_seconds`; what is wrong goes to the reader's faults.
    private init(reading reader: inout ObjectReader) {
        let ranks = reader.int("ranks", in: Self.counts, default: 1)
        let fewest = reader.int("min_ranks", in: 1...ranks, default: Self.standardFewest)
        let wait = reader.double("wait_seconds", in: Self.waits, default: Self.standardWait)
        self.init(ranks: ranks, fewest: fewest, waitSeconds: wait)
    }

    /// Reads `ranks` or `parallel` of a request.
    init(of request: inout ObjectReader) {
        let ranks = request.optionalInt("ranks", in: Self.counts)
        let given = request.optionalObject(Self.member) { RankWish(reading: &$0) }
        if given != nil, ranks != nil {
            request.fault(at: "ranks", "does not go with \"\(Self.member)\"; send one of the two")
        }
        let plain = RankWish(
            ranks: ranks ?? 1,
            fewest: Self.standardFewest,
            waitSeconds: Self.standardWait
        )
        self = given ?? plain
    }
}

extension RankWish: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("ranks", ranks)
            json.field("min_ranks", fewest)
            json.field("wait_seconds", waitSeconds)
        }
    }

    /// Adds it to a stored request, where it is of more than one rank.
    func writeField(to json: inout JSONWriter) {
        if ranks > 1 { json.field(Self.member, self) }
    }
}
