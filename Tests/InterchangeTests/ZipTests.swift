import Interchange
import NN
import Testing

/// Archives of arrays.
struct ZipTests {
    @Test func `a directory without entries is no model`() throws {
        let empty: [UInt8] = [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)
        #expect(throws: InterchangeError.self) { try FileReading.here.contents(of: ReceivedFile(empty)) }
    }

    @Test func `arrays that are missing, unknown or of another shape are all named`() throws {
        let network = try Network(
            ModelDefinition(Fixtures.json(#"{"name":"m","input_shape":[2],"layers":[{"type":"Dense","units":1}]}"#))
        )
        let other = try Network(
            ModelDefinition(
                Fixtures.json(
                    #"{"name":"m","input_shape":[3],"layers":[{"type":"Dense","units":1,"use_bias":false},{"type":"Dense","units":1}]}"#
                )
            )
        )
        let npz = try #require(ModelFormats.writable.first { $0.name == "npz" })
        let file = try npz.file(of: ExportedModel(name: "m", network: other, weights: other.initialWeights()))
        let reader = try #require(ModelFormats.reading(file))
        let error = #expect(throws: InterchangeError.self) {
            try reader.weights(in: ReceivedFile(file), by: .here, for: network)
        }
        let messages = error?.faults.map(\.message) ?? []
        #expect(messages.contains { $0.contains("dense/bias") && $0.contains("missing") })
        #expect(messages.contains { $0.contains("dense/kernel") && $0.contains("[3, 1]") && $0.contains("[2, 1]") })
        #expect(messages.contains { $0.contains("dense_1/kernel") && $0.contains("not part") })
    }
}
