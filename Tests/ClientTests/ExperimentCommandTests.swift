import JSON
import Testing

@Suite("experiments")
struct ExperimentCommandTests {
    private static func search(_ name: String, epochs: Int, metric: String = "val_accuracy") -> String {
        """
        {"name": "\(name)",
         "base": {"model": "digits-small", "dataset": "digits", "training": {"epochs": \(epochs), "optimizer": "adam",
          "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "validation_split": 0.2}},
         "space": {
          "/training/optimizer/learning_rate": {"choice": [0.0001, 0.01]}},
         "search": "grid", "metric": "\(metric)"}
        """
    }

    @Test("start prints the name alone, and with --wait the trials, the best first")
    func waits() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        try yard.write(Self.search("short", epochs: 1), to: "search.json")
        let outcome = try yard.run("experiments", "start", "search.json", "--wait")
        #expect(outcome.lines.first == "short" && outcome.errors.isEmpty)
        let words = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(words[1] == ["trial", "state", "val_accuracy", "deviation", "epochs", "learning_rate", "jobs"])
        #expect(words[2].prefix(2) == ["2", "succeeded"] && words[2][5] == "0.01" && words[2].last == "2")
        #expect(words[3].prefix(2) == ["1", "succeeded"] && words.count == 4)

        let shown = try yard.run("experiments", "show", "short").lines
        #expect(shown.contains { $0.hasPrefix("finished ") } && shown.suffix(3) == outcome.lines.suffix(3))
        let waited = try json(yard.run("experiments", "wait", "short", "--json").output)
        #expect(try waited["state"]?.string() == "succeeded" && waited["leaderboard"]?.count == 2)
        #expect(try yard.run("jobs", "list", "--experiment", "short", "--json").lines.count == 2)
        #expect(try yard.run("jobs", "list", "--experiment", "other", "--json").lines.isEmpty)
        #expect(try yard.run("jobs", "show", "1").lines.contains { $0.hasPrefix("experiment ") })
        #expect(try yard.run("experiments", "delete", "short").output == "experiment short deleted\n")
        try yard.run("experiments", "show", "short", expecting: 66)
    }

    @Test("one that is cancelled ends the waiting with status 1, and refusals say where and why")
    func ends() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        try yard.write(Self.search("long", epochs: 1_000_000), to: "search.json")
        let started = try json(yard.run("experiments", "start", "search.json", "--json").output)
        #expect(try started["name"]?.string() == "long")
        try yard.run("experiments", "delete", "long", expecting: 65)
        #expect(try yard.run("experiments").lines[1].split(separator: " ").prefix(3) == ["long", "running", "grid"])
        #expect(try yard.run("experiments", "cancel", "long").output == "experiment long cancelled\n")
        let waiting = try yard.run("experiments", "wait", "long", expecting: 1)
        #expect(waiting.errors == "trainyard: experiment long was cancelled\n")
        try yard.run("experiments", "cancel", "long", expecting: 65)
        try yard.run("experiments", "wait", "other", expecting: 66)

        try yard.write(Self.search("wrong", epochs: 1).replacing("0.0001", with: "-1"), to: "wrong.json")
        let refused = try yard.run("experiments", "start", "wrong.json", "--wait", expecting: 65)
        #expect(
            refused.errors.hasPrefix("wrong.json:5: /space/~1training~1optimizer~1learning_rate: "),
            "\(refused.errors)"
        )
    }
}
