import Foundation
import ModelStore
import PrivatePostgreSQL
import Synchronization
import Testing

/// An empty folder of a test's own.
///
/// All of them are removed when the test process exits.
///
/// Not sooner: a store works on with its folder after the last mention of the object that made it.
struct ScratchFolder: Sendable {
    let path: String

    /// One that is there or will be made, and that somebody else removes.
    init(at path: String) { self.path = path }

    private static let root: String = {
        atexit { try? FileManager.default.removeItem(atPath: ScratchFolder.root) }
        return NSTemporaryDirectory() + "trainyard-tests-\(getpid())"
    }()

    init() throws {
        path = Self.root + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func files(in folder: String = "datasets") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []).sorted()
    }
}

/// Clocks that stand still until a test moves them.
final class HandClock: Sendable {
    private let times = Mutex((wall: Int64(1_700_000_000_000), steady: Int64(1_000_000), boot: "boot-1"))

    func advance(milliseconds: Int64) {
        times.withLock {
            $0.wall += milliseconds
            $0.steady += milliseconds
        }
    }

    func setWall(back milliseconds: Int64) {
        times.withLock { $0.wall -= milliseconds }
    }

    var clock: StoreClock { clock(boot: "boot-1") }

    func clock(boot: String) -> StoreClock {
        StoreClock(
            wall: { Timestamp(milliseconds: self.times.withLock { $0.wall }) },
            steadyMilliseconds: { self.times.withLock { $0.steady } },
            bootID: boot
        )
    }
}

/// A store in a place of its own, with clocks that a test moves; on which engine says `StoreKind.current`.
struct Bench: Sendable {
    let folder: ScratchFolder
    let clock = HandClock()
    let store: Store
    /// Where it lies on a PostgreSQL; nil for the folder.
    let url: String?

    init(at path: String? = nil, options: StoreOptions = StoreOptions()) throws {
        folder = try path.map(ScratchFolder.init(at:)) ?? ScratchFolder()
        guard StoreKind.current == .postgresql else {
            url = nil
            store = try Store.open(at: folder.path, options: options, clock: clock.clock)
            return
        }
        // All tests share one server, and with it the lock of who writes.
        var options = options
        options.timeoutMilliseconds = 60_000
        let place = try PrivateServer.shared.get().newPlace()
        url = place
        let address = try StoreAddress(place)
        store = try Store.open(on: address, cache: folder.path, options: options, clock: clock.clock)
    }

    /// A second store on the same place, as another process would have it; on a PostgreSQL with a folder of its own.
    func another(options: StoreOptions = StoreOptions(), boot: String = "boot-1") throws -> Store {
        guard let url else { return try Store.open(at: folder.path, options: options, clock: clock.clock(boot: boot)) }
        var options = options
        options.timeoutMilliseconds = 60_000
        let address = try StoreAddress(url)
        let cache = try ScratchFolder().path
        return try Store.open(on: address, cache: cache, options: options, clock: clock.clock(boot: boot))
    }

    @discardableResult
    func model(_ name: String = "m") throws -> StoredModel {
        try store.models.insert(name: name, definition: #"{"layers":[]}"#)
    }

    func job(model: String = "m", dataset: String? = nil, priority: Int = 0) throws -> Job {
        try store.jobs.enqueue(NewJob(model: model, dataset: dataset, request: "{}", priority: priority))
    }

    /// A job that `worker` has just taken.
    func claim(by worker: String = "w1") throws -> Claim {
        try #require(try store.jobs.claim(by: worker))
    }

    /// What the client wants of a job, after a sign of life of the node that holds it.
    func renewed(_ lease: Lease) throws -> JobControl {
        try store.nodes.keep(.sample(lease.node))
        return try store.jobs.control(of: lease)
    }

    func dataset(_ name: String = "d", rows: Int = 4) throws -> StoredDataset {
        let writer = try store.datasets.writer(name: name)
        try writer.appendInputs((0..<2 * rows).map(Float.init))
        try writer.appendTargets((0..<rows).map { Float(100 + $0) })
        return try writer.finish(DatasetDescription.pairs(split: .given))
    }
}

extension Node {
    static func sample(_ id: String, workers: Int = 1) -> Node {
        Node(
            id: id,
            name: "yard",
            process: "process of \(id)",
            address: "127.0.0.1:8080",
            version: "1.0",
            pid: 17,
            workers: workers,
            threads: 2,
            kernels: "avx2"
        )
    }
}

extension DatasetDescription {
    /// Two inputs and one target a row.
    static func pairs(split: DatasetSplit) -> DatasetDescription {
        DatasetDescription(
            kind: "table",
            inputShape: [2],
            targetShape: [],
            target: #"{"kind":"value","shape":[]}"#,
            split: split
        )
    }
}

extension NewVersion {
    static func sample(_ seed: Float = 1, metrics: String = "{}") -> NewVersion {
        NewVersion(
            weights: [
                StoredTensor(name: "dense/kernel", shape: [2, 3], values: [seed, 2, 3, 4, 5, 6]),
                StoredTensor(name: "dense/bias", shape: [3], values: [0, 0, 0]),
            ],
            metrics: metrics,
            programVersion: "1.0"
        )
    }
}
