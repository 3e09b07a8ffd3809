import ModelStore
import NN

/// What ranks do when they have come together, before they train: all take over where the leader stands, and each shows
/// that it computes the bits that the leader computes.
enum RankMeeting {
    /// What came of it.
    enum Outcome {
        /// All compute the same bits.
        case alike
        /// These ranks compute others than the leader.
        case differ([Int])
        /// This rank is to come back.
        case cut
    }

    /// Shows the others the digest of this rank's gradient of the next batch's first part.
    ///
    /// - Parameters:
    ///   - session: This rank's session, which stands where the leader's does and has no group.
    ///   - group: The ranks.
    ///   - observe: As of `TrainingSession.run`.
    /// - Returns: What came of it, the same for all ranks but those that are to come back.
    /// - Throws: `RankLost`, or what the session throws.
    static func compare(
        _ session: TrainingSession,
        in group: some RankGroup,
        _ observe: TrainingSession.Observer
    ) throws -> Outcome {
        guard let probe = try session.probe(observe) else { return .cut }
        let digests = try group.gathered(Array(SHA256.hexadecimal(of: probe).utf8))
        let others = digests.indices.filter { digests[$0] != digests[0] }
        return others.isEmpty ? .alike : .differ(others)
    }
}
