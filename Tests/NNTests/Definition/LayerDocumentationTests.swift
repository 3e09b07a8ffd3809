import Foundation
import JSON
import NN
import Testing

/// What `docs/layers.md` says is what the program does.
struct LayerDocumentationTests {
    private func page() throws -> String {
        let url = URL(filePath: #filePath).appending(path: "../../../../docs/layers.md").standardized
        return try String(contentsOf: url, encoding: .utf8)
    }

    private func parameters(_ layer: String, features: Int, units: Int) throws -> Int {
        try network([5, features], #"{"type": \#(layer), "units": \#(units)}"#).parameterCount
    }

    @Test func `every layer is listed`() throws {
        let page = try page()

        #expect(ModelDefinition.layerTypes.filter { !page.contains("`\($0)`") } == [])
    }

    @Test func `the table of recurrent layers is what the program counts`() throws {
        var lines = [
            "| D | H | `SimpleRNN` | `GRU` | `GRU`, `reset_after: false` | `LSTM` | `GRU` to `LSTM` |",
            "|---|---|---|---|---|---|---|",
        ]
        for (features, units) in [(1, 32), (28, 128), (64, 256), (512, 512)] {
            let counts = try [
                #""SimpleRNN""#, #""GRU""#, #""GRU", "reset_after": false"#, #""LSTM""#,
            ].map { try parameters($0, features: features, units: units) }
            // One gate's kernel, recurrent kernel and bias; reset_after has a second bias.
            let gate = units * (features + units + 1)
            #expect(counts == [gate, 3 * (gate + units), 3 * gate, 4 * gate])
            let share = String(format: "%.3f", Double(counts[1]) / Double(counts[3]))
            lines.append("| \(([features, units] + counts).map(String.init).joined(separator: " | ")) | \(share) |")
        }
        let table = lines.joined(separator: "\n")

        #expect(try page().contains(table), "docs/layers.md should hold:\n\(table)")
    }
}
