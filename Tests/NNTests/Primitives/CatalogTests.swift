import Foundation
import NN
import Testing

struct CatalogTests {
    @Test func `every primitive of the catalog has a derivative case`() {
        let covered = Set(PrimitiveCase.all.map { ObjectIdentifier(type(of: $0.primitive)) })
        let missing = Catalog.primitives.filter { !covered.contains(ObjectIdentifier($0)) }
        #expect(missing.isEmpty, "add a PrimitiveCase for each of \(missing)")
    }

    @Test func `every primitive of the sources is in the catalog`() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let sources = tests.appending(path: "../../../Sources/NN/Primitives").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        let declaration = #/public struct (\w+): (?:SingleResultPrimitive|CompositePrimitive|Primitive|\w+Elementwise)/#
        var declared: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: declaration) { declared.insert(String(match.1)) }
        }
        let listed = Set(Catalog.primitives.map { "\($0)" })
        #expect(declared == listed)
    }
}
