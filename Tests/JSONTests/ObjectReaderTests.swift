import JSON
import Testing

struct ObjectReaderTests {
    private struct Options: Equatable {
        var epochs = 0
        var rate = 0.0
        var padding = ""
        var kernel: [Int] = []
    }

    private func read(_ text: String) throws -> Options {
        try JSONDocument(parsing: text).root.read { reader in
            Options(
                epochs: reader.int("epochs", in: 1...65536),
                rate: reader.double("rate", in: .above(0), default: 0.5),
                padding: reader.choice("padding", among: ["valid", "same"], default: "valid"),
                kernel: reader.tuple("kernel_size", of: 2, in: 1...9, default: [1, 1])
            )
        }
    }

    private func faults(_ text: String) throws -> [String] {
        let error = try #require(throws: FaultyInput.self) { try read(text) }
        return error.faults.map(\.description)
    }

    @Test func `known keys are read and absent ones take their default`() throws {
        let options = try read(#"{"epochs": 3.0, "kernel_size": 3}"#)

        #expect(options == Options(epochs: 3, rate: 0.5, padding: "valid", kernel: [3, 3]))
    }

    @Test func `every fault of a body is told at once`() throws {
        let faults = try faults(
            #"{"epochs": "ten", "rate": 0, "padding": "smae", "kernel_size": [1, 2, 3], "epoch": 1, "zzz": 2}"#
        )

        #expect(
            faults == [
                #"/epochs: expected an integer from 1 to 65536, found "ten""#,
                "/rate: expected a number above 0, found 0",
                #"/padding: expected one of "valid", "same", found "smae"; did you mean "same"?"#,
                "/kernel_size: expected an integer from 1 to 9 or an array of 2, found an array of 3",
                #"/epoch: unknown key "epoch"; did you mean "epochs"? Known: epochs, rate, padding, kernel_size"#,
                #"/zzz: unknown key "zzz". Known: epochs, rate, padding, kernel_size"#,
            ]
        )
    }

    @Test func `a missing required key is a fault of the object`() throws {
        #expect(try faults("{}") == [#"/epochs: missing; expected an integer from 1 to 65536"#])
    }
}
