import JSON
import Testing

@Suite("Faults of files")
struct FaultTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        let command: [String]
        let file: String
        /// What each line on standard error begins with.
        let lines: [String]

        var testDescription: String { "\(command.joined(separator: " ")): \(lines)" }
    }

    private static let cases = [
        Case(
            command: ["train", "job.json"],
            file: """
                {"model": "digits-small", "dataset": "digits",
                 "loss": "mean_squared_error",
                 "optimizer": {"type": "Adam", "learning_rat": 1},
                 "epochs": 0}
                """,
            lines: ["job.json:3: /optimizer/learning_rat: ", "job.json:4: /epochs: "]
        ),
        Case(
            command: ["train", "job.json"],
            file: "\n{\"model\": \"digits-small\",\n \"dataset\": \"digits\"}",
            lines: ["job.json:2: /loss: missing"]
        ),
        Case(command: ["train", "job.json"], file: "{\"model\":\n \"a\",\n}", lines: ["job.json:3: column 1: "]),
        Case(
            command: ["train", "-"],
            file: "{\n\"model\": 1, \"dataset\": \"digits\", \"loss\": \"mse\"}",
            lines: ["<stdin>:2: /model: "]
        ),
        Case(
            command: ["models", "create", "job.json"],
            file: """
                {"name": "a/b", "input_shape": [2],
                 "layers": [
                   {"type": "Dense", "units": 2},
                   {"type": "Dense",
                    "units": -1}]}
                """,
            lines: ["job.json:1: /name: ", "job.json:5: /layers/1/units: "]
        ),
        Case(
            command: ["predict", "digits-small", "job.ndjson"],
            file: "\n[1]\n{\"a\":}\n",
            lines: ["job.ndjson:3: column 6: "]
        ),
        Case(
            command: ["predict", "flat", "job.ndjson"],
            file: "\n[1, 2]\n\n[1, \"x\"]\n",
            lines: ["job.ndjson:4: /instances/1"]
        ),
        Case(
            command: ["predict", "flat", "job.json"],
            file: "[[1, 2],\n[1,\n2, 3]]",
            lines: ["job.json:2: /instances/1"]
        ),
        Case(command: ["predict", "flat", "job.csv"], file: "a,b\n1,2,3\n", lines: ["job.csv: "]),
        Case(command: ["datasets", "put", "table", "job.csv"], file: "a,b\n", lines: ["job.csv: "]),
    ]

    @Test("are told a line each, with the file, the line in it and the pointer", arguments: cases)
    private func placed(_ row: Case) throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let flat = #"{"name": "flat", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}"#
        try yard.run("models", "create", "-", input: flat)
        let name = row.command.last ?? ""
        try yard.write(row.file, to: name == "-" ? "input" : name)
        let outcome = try yard.start(row.command, input: name == "-" ? row.file : nil).wait()
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n").sorted()
        #expect(lines.count == row.lines.count, "\(outcome.errors)")
        for (line, beginning) in zip(lines, row.lines) { #expect(line.hasPrefix(beginning), "\(line)") }
    }
}
