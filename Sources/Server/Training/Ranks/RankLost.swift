/// Why a group of ranks is no more: one of them is gone, or can't be reached.
struct RankLost: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What ends a rank that is asked to come back, or whose leader is no more.
struct RankLeft: Error {}
