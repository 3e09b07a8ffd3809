import Foundation
import JSON
import Logging
import ModelStore
import NN

/// The ranks of a job, as the worker leads them that has claimed it.
///
/// It trains with whoever is there, alone where nobody is. Where a rank is lost the others come together anew, and the step
/// is done again; whoever comes later is taken in at the end of an epoch, or after some seconds. None of it changes the
/// weights.
final class RankLeader {
    private let store: Store
    private let lease: Lease
    private let wish: RankWish
    private let address: String
    private let logger: Logger
    /// The most ranks that have something to do.
    private let most: Int
    private var link: RankLink?
    private var members: [RankMember] = []
    private var generation: Int64 = 0
    private var told: Told?
    private var began = ContinuousClock.now
    /// How long the group had spoken when it began to train.
    private var spoken = Duration.zero
    private var looked = ContinuousClock.now
    /// How much of the time that ranks have trained together they have spoken.
    private var (exchanged, trained) = (Duration.zero, Duration.zero)

    /// Whether the session was asked to come back for a change of ranks.
    private(set) var isChanging = false

    private struct Told: Equatable {
        let nodes: [String]
    }

    /// Why ranks are others than before; the raw value is what an event says.
    enum Cause: String {
        /// The job begins.
        case began
        /// More are there.
        case joined
        /// One has given its place up.
        case left
        /// One is gone.
        case lost
    }

    /// How long a leader looks again whether somebody has come.
    private static let interval = Duration.seconds(10)
    /// How long it looks again at the end of an epoch.
    private static let intervalOfEpochs = Duration.seconds(1)
    /// How often it looks while it waits.
    private static let pause = 0.03
    /// How long those have to show themselves again who were in a group of which one was lost.
    private static let gathering = Duration.seconds(2)
    /// How often a group is tried before those who were called are sent away.
    private static let tries = 2

    /// Opens a job's places.
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - lease: The right to run the job.
    ///   - wish: How many ranks its client wants.
    ///   - parts: The parts of a batch.
    ///   - address: Where the others reach this process.
    ///   - logger: Where it tells.
    /// - Throws: `StoreError` where the places can't be opened.
    init(
        _ store: Store,
        _ lease: Lease,
        _ wish: RankWish,
        parts: Int,
        address: String,
        logger: Logger
    ) throws(StoreError) {
        (self.store, self.lease, self.wish, self.address, self.logger) = (store, lease, wish, address, logger)
        most = min(wish.ranks, Self.useful(ranks: parts))
        try store.ranks.open(lease, wanted: most)
    }

    /// The most ranks that have something to do where a batch has so many parts.
    static func useful(ranks parts: Int) -> Int {
        1 << (Int.bitWidth - (max(parts, 1) - 1).leadingZeroBitCount)
    }

    /// Closes the places.
    func close() {
        disband(nil)
        do {
            try store.ranks.close(lease)
        } catch {
            // Whoever waits there sees that the job has ended.
            logger.warning("places of ranks stay open", metadata: ["job": "\(lease.job)", "cause": "\(error)"])
        }
    }

    /// Waits for other ranks, as long as the client grants.
    ///
    /// - Parameter isCut: Whether the run is to come back.
    /// - Returns: Whether there are enough to begin with.
    /// - Throws: `StoreError` where it can't be told who is there.
    func gather(until isCut: () -> Bool) throws(StoreError) -> Bool {
        let deadline = ContinuousClock.now + .seconds(wish.waitSeconds)
        var count = 1
        while count < most, !isCut() {
            count = try store.ranks.ready(lease).count + 1
            if count >= most || ContinuousClock.now >= deadline { break }
            Thread.sleep(forTimeInterval: Self.pause)
        }
        return count >= min(wish.fewest, most) || isCut()
    }

    /// Has a session train with whoever is ready from now on.
    ///
    /// - Parameters:
    ///   - session: The leader's session.
    ///   - cause: Why.
    ///   - observe: As of `TrainingSession.run`.
    /// - Throws: `StoreError`, or what the session throws.
    func form(_ session: TrainingSession, _ cause: Cause, _ observe: TrainingSession.Observer) throws {
        let before = members.count
        disband(session)
        isChanging = false
        if before > 0 { try rest(until: before + 1) }
        try store.nodes.endLeases { _, process in ProcessName.isDead(process) }
        for attempt in 0... {
            let ready = try store.ranks.ready(lease)
            let size = Self.greatestPower(upTo: min(ready.count + 1, most))
            guard size > 1 else { break }
            let called = Array(ready.prefix(size - 1))
            let key = String((0..<4).map { _ in Self.digits(UInt32.random(in: .min ... .max)) }.joined())
            guard let call = try store.ranks.call(called, lease, key: key) else { continue }
            do {
                if try meet(session, call, called, observe) { break }
            } catch let lost as RankLost {
                logger.notice("ranks did not come together", metadata: ["job": "\(lease.job)", "cause": "\(lost)"])
                disband(session)
                guard attempt < Self.tries else {
                    for member in called { try store.ranks.leave(member.id) }
                    break
                }
                try rest(until: called.count)
            }
        }
        looked = .now
        try tell(cause)
    }

    /// Comes together with those who were called.
    ///
    /// - Returns: Whether that is all there is to do; false where some are sent away, since they compute other bits.
    private func meet(
        _ session: TrainingSession,
        _ call: RankCall,
        _ called: [RankMember],
        _ observe: TrainingSession.Observer
    ) throws -> Bool {
        let store = store
        let look = { () throws in
            // Whose node has died is gone, whatever the network says; while the store is away nobody is.
            let isThere = (try? store.ranks.areAlive(called.map(\.id))) ?? true
            guard isThere else { throw RankLost("a node of a rank is gone") }
        }
        let link = try RankLink(call, of: lease.job, in: store.ranks, at: address, look: look)
        _ = try link.spread(session.checkpoint().encoded())
        switch try RankMeeting.compare(session, in: link, observe) {
        case .cut:
            try store.ranks.disband(lease)
            return true
        case .differ(let ranks):
            for rank in ranks {
                let member = called[rank - 1]
                logger.warning(
                    "a rank computes other bits and is sent away; start both with the same instruction set",
                    metadata: ["job": "\(lease.job)", "node": "\(member.node)"]
                )
                try store.ranks.leave(member.id)
            }
            try rest(until: called.count - ranks.count)
            return false
        case .alike:
            (self.link, members, generation, began) = (link, called, call.generation, .now)
            spoken = link.exchanged
            session.group = link
            return true
        }
    }

    /// Ends a group of which a rank was lost, and gives the others the time to show themselves again.
    ///
    /// - Returns: What has become of the rank.
    func end(_ lost: RankLost, _ session: TrainingSession) throws(StoreError) -> Cause {
        logger.notice("a rank is lost", metadata: ["job": "\(lease.job)", "cause": "\(lost)"])
        let before = members
        disband(session)
        // One that has ended on purpose has given its place up before.
        let there = try store.ranks.places(lease)
        let cause: Cause = before.allSatisfy { there.contains($0.id) } ? .lost : .left
        try rest(until: before.count - 1)
        return cause
    }

    /// Whether there are others to train with than those of the group; looked up at the end of an epoch, and now and then.
    func wantsChange(_ event: TrainingEvent) -> Bool {
        let count = (link?.count ?? 1)
        guard count < Self.greatestPower(upTo: most) else { return false }
        let interval =
            switch event {
            case .epoch: Self.intervalOfEpochs
            case .step: Self.interval
            }
        guard looked.duration(to: .now) > interval else { return false }
        looked = .now
        let ready = (try? store.ranks.ready(lease).count) ?? 0
        isChanging = Self.greatestPower(upTo: min(count + ready, most)) > count
        return isChanging
    }

    /// Ends the group; the session goes on alone.
    func disband(_ session: TrainingSession?) {
        session?.group = nil
        guard let link else { return }
        exchanged += link.exchanged - spoken
        trained += began.duration(to: .now)
        self.link = nil
        // They show themselves anew.
        members = []
        try? store.ranks.disband(lease)
    }

    /// Writes down what has come of ranks, at the end of a run.
    func conclude(_ session: TrainingSession) throws(StoreError) {
        let nodes = nodes
        let (rank, number) = (link != nil, generation)
        disband(session)
        try store.ranks.tell(
            lease,
            parallel: document(nodes, isTogether: rank, number).text,
            event: nil
        )
    }

    private func tell(_ cause: Cause) throws(StoreError) {
        let now = Told(nodes: nodes)
        let isTold = now != told || cause == .lost || cause == .left
        let event = isTold ? event(now.nodes, cause) : nil
        told = now
        try store.ranks.tell(
            lease,
            parallel: document(now.nodes, isTogether: link != nil, generation).text,
            event: event
        )
    }

    private var nodes: [String] { [lease.node] + members.map(\.node) }

    private func event(_ nodes: [String], _ cause: Cause) -> String {
        var json = JSONWriter()
        json.object { json in
            json.field("ranks", nodes.count)
            json.field("nodes", nodes)
            json.field("generation", Int(generation))
            json.field("cause", cause.rawValue)
        }
        return json.text
    }

    private func document(_ nodes: [String], isTogether: Bool, _ generation: Int64) -> JSONWriter {
        let (spoken, all) = (exchanged / .milliseconds(1), trained / .milliseconds(1))
        var json = JSONWriter()
        json.object { json in
            json.field("ranks", nodes.count)
            json.field("nodes", nodes)
            json.field("transport", isTogether ? RankLibrary.transport : RankLibrary.noTransport)
            json.field("generation", Int(generation))
            json.field("exchange_share", all > 0 ? (spoken / all * 1000).rounded() / 1000 : nil)
        }
        return json
    }

    /// Waits until so many are ready, for a while.
    private func rest(until count: Int) throws(StoreError) {
        let deadline = ContinuousClock.now + Self.gathering
        while ContinuousClock.now < deadline {
            guard try store.ranks.ready(lease).count < count else { return }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    private static func greatestPower(upTo count: Int) -> Int {
        1 << (Int.bitWidth - 1 - max(count, 1).leadingZeroBitCount)
    }

    private static func digits(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
