import Foundation
import GRDB
import ModelStore
import Testing

/// What an exported model is held to when it comes back.
struct SealTests {
    @Test func `whichever bit of an export is changed, it is refused, and so is one that is cut or goes on`() throws {
        let bench = try ExportTests.furnished()
        let file = bench.folder.path + "/m.trainyard"
        try bench.store.exportModel("m", to: file)
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let target = try Bench()
        func refused(_ content: Data, _ label: String) throws {
            try content.write(to: URL(fileURLWithPath: file))
            let error = #expect(throws: StoreError.self, "\(label)") { try target.store.importModel(from: file) }
            guard let error else { return }
            #expect([.corrupt, .invalid, .unavailable].contains(Reason(error)), "\(label): \(error)")
        }

        // In strides that meet header, pages, blanks and every byte of the end.
        for offset in Array(stride(from: 0, to: whole.count, by: 997)) + (whole.count - 41..<whole.count) {
            var changed = whole
            changed[offset] ^= 1
            try refused(changed, "byte \(offset)")
        }
        for count in [whole.count - 1, whole.count - 40, whole.count - 41, whole.count / 2] {
            try refused(whole.prefix(count), "\(count) bytes")
        }
        try refused(whole + [0], "a byte more")

        #expect(try target.store.models.list().isEmpty)
        try whole.write(to: URL(fileURLWithPath: file))
        #expect(try target.store.importModel(from: file).name == "m")
        #expect(try target.store.check().findings.isEmpty)
    }

    @Test func `an export of an earlier program, which has no digest, is taken in`() throws {
        let folder = try ScratchFolder()
        let old = folder.path + "/trainyard.sqlite"
        try MigrationTests.database(from: "v3", in: folder.path)
        try DatabaseQueue(path: old).writeWithoutTransaction {
            try $0.execute(sql: "DELETE FROM jobs WHERE finished_at IS NULL")
        }
        let target = try Bench()

        let model = try target.store.importModel(from: old, as: "copy")

        #expect(model.newestVersion == 1)
        #expect(try target.store.versions.weights(model: "copy", number: 1) == NewVersion.sample(1).weights)
        #expect(try target.store.versions.find(model: "copy", reference: "stable").number == 1)
        #expect(try target.store.check().findings.isEmpty)
    }

    @Test func `a damaged model is not exported`() throws {
        let bench = try ExportTests.furnished()
        let file = bench.folder.path + "/m.trainyard"
        try bench.raw { try $0.execute(sql: "UPDATE versions SET metrics = '{\"loss\":3}' WHERE number = 1") }

        expectRefusal(.corrupt) { try bench.store.exportModel("m", to: file) }

        #expect(!bench.folder.files(in: "").contains { $0.hasPrefix("m.trainyard") })
    }
}
