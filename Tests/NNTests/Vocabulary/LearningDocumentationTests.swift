import Foundation
import JSON
import NN
import Testing

/// What `docs/learning.md` lists is what there is.
struct LearningDocumentationTests {
    private func page() throws -> String {
        let url = URL(filePath: #filePath).appending(path: "../../../../docs/learning.md").standardized
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The words that stand between backticks.
    private func words() throws -> Set<String> {
        Set(try page().split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
    }

    @Test func `every optimizer is listed`() throws {
        let words = try words()

        #expect(OptimizerConfiguration.names.filter { !words.contains($0) } == [])
    }

    @Test func `every loss is listed by one of its names`() throws {
        let listed = try words().compactMap { word in
            var faults = Faults()
            guard let document = try? JSONDocument(parsing: "\"\(word)\"") else { return nil as String? }
            return Loss(document.root, &faults)?.name
        }

        #expect(Set(listed) == Set(Loss.names))
    }

    @Test func `every metric is listed by one of its names`() throws {
        let words = try words()
        let all = TrainingOptions.metricNames.map { name in
            (name: name, metric: try? options("mse", #""metrics": [{"type": "\#(name)", "name": "m"}]"#).metrics)
        }
        let listed = all.filter { words.contains($0.name) }
        let missing = all.filter { row in
            !listed.contains { $0.name == row.name || $0.metric != nil && $0.metric == row.metric }
        }.map(\.name)
        // Those that need an argument can't be compared without it.
        #expect(missing.filter { !$0.contains("_at_") } == [])
    }
}
