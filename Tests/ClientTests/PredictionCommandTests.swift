import JSON
import Testing

@Suite("predict and generate")
struct PredictionCommandTests {
    /// A server with a model of two numbers that has learned which of two words they mean.
    private func trained() throws -> Yard {
        let yard = try Yard()
        let rows = (0..<20).map { "\($0),\(20 - $0),\($0 < 10 ? "low" : "high")" }.joined(separator: "\n")
        try yard.write("a,b,kind\n\(rows)\n", to: "table.csv")
        try yard.run("datasets", "put", "table", "table.csv")
        try yard.write(
            """
            {"name": "kinds", "input_shape": [2], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}
            """,
            to: "model.json"
        )
        try yard.run("models", "create", "model.json")
        try yard.write(
            #"{"model": "kinds", "dataset": "table", "epochs": 5, "loss": "sparse_categorical_crossentropy"}"#,
            to: "job.json"
        )
        try yard.run("train", "job.json", "--wait")
        return yard
    }

    @Test("instances come as an array, a value a line or CSV, from a file or a pipe; a prediction is a line")
    func forms() throws {
        let yard = try trained()
        let array = "[[1, 19],\n [2, 18],\n [15, 5]]"
        try yard.write(array, to: "rows.json")
        try yard.write("[1, 19]\n\n[2, 18]\n[15, 5]\n", to: "rows.ndjson")
        try yard.write("a,b\n1,19\n2,18\n15,5\n", to: "rows.csv")
        let lines = try yard.run("predict", "kinds", "rows.json").lines
        #expect(try lines.map { try json($0).count } == [2, 2, 2])
        for (file, input) in [
            ("rows.ndjson", nil), ("rows.csv", nil), ("-", array), ("-", yard.folder.text("rows.ndjson")),
            ("-", yard.folder.text("rows.csv")),
        ] {
            let other = try yard.run("predict", "kinds", file, input: input).lines
            #expect(other == lines, "\(file) \(input ?? "")")
        }
        for line in try yard.run("predict", "kinds", "rows.json", "--json").lines {
            let object = try json(line)
            #expect(object["prediction"]?.count == 2)
            #expect(try ["low", "high"].contains(object["label"]?.string()))
        }
        try yard.run("models", "alias", "kinds", "stable", "1")
        #expect(try yard.run("predict", "kinds", "rows.json", "--version", "stable").lines == lines)
        #expect(try yard.run("predict", "kinds", "rows.json", "--version", "0").lines != lines)
        try yard.run("predict", "kinds", "rows.json", "--version", "7", expecting: 66)
    }

    @Test("a text is continued as it comes, the same with the same seed")
    func generation() throws {
        let yard = try Yard()
        let text = String(repeating: "the moon is big and the sun is hot. ", count: 20)
        try yard.write(text, to: "text.txt")
        try yard.run("datasets", "put", "text", "text.txt")
        try yard.run("models", "create", "-", input: #"{"name": "poet", "preset": "generator", "dataset": "text"}"#)
        try yard.run("train", "-", "--wait", input: #"{"model": "poet", "dataset": "text", "epochs": 1}"#)
        let drawn = try (1...2).map { _ in
            try yard.run("generate", "poet", "the ", "--seed", "3", "--max-new-tokens", "30").output
        }
        #expect(drawn[0] == drawn[1])
        #expect(drawn[0].count == 31 && drawn[0].hasSuffix("\n"))
        let lines = try yard.run(
            "generate",
            "poet",
            "-",
            "--json",
            "--seed",
            "3",
            "--max-new-tokens",
            "30",
            input: "the "
        )
        .lines
        #expect(lines.count == 30)
        #expect(try json(lines[29])["generated_text"]?.string() == String(drawn[0].dropLast()))
        try yard.run(
            "models",
            "create",
            "-",
            input:
                #"{"name": "series", "input_shape": [2, 1], "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}]}"#
        )
        let forecast = try yard.run("generate", "series", "[[1], [2]]", "--max-new-tokens", "3").lines
        #expect(try forecast.map { try json($0).count } == [1, 1, 1])
        try yard.run("generate", "nobody", "the ", expecting: 66)
        try yard.run("generate", "poet", "the ", "--max-new-tokens", "0", expecting: 65)
    }

    @Test("a model is measured on a dataset or a file, and what takes long is followed as a job")
    func evaluation() throws {
        let yard = try trained()
        let answer = try json(yard.run("evaluate", "kinds", "--dataset", "table", "--part", "all", "--json").output)
        #expect(try #require(answer["rows"]).int() == 20)
        #expect(answer["classes"]?.count == 2 && answer["metrics"]?["loss"] != nil)
        let text = try yard.run("evaluate", "kinds", "--dataset", "table", "--part", "all").output
        #expect(text.contains("high") && text.contains("macro") && text.contains("rows"))
        try yard.write(#"{"x": [[1, 19], [15, 5]], "y": ["low", "high"]}"#, to: "rows.json")
        #expect(try json(yard.run("evaluate", "kinds", "rows.json", "--json").output)["rows"]?.int() == 2)
        let part = try yard.run("evaluate", "kinds", "--dataset", "table", "--part", "last", expecting: 65)
        #expect(part.errors.contains("part"))
        try yard.run("evaluate", "kinds", "--dataset", "nowhere", expecting: 66)

        // More rows than are answered at once.
        let rows = (0..<100_001).map { "\($0 % 20),\(20 - $0 % 20),\($0 % 20 < 10 ? "low" : "high")" }
        try yard.write("a,b,kind\n\(rows.joined(separator: "\n"))\n", to: "many.csv")
        try yard.run("datasets", "put", "many", "many.csv")
        let many = try json(yard.run("evaluate", "kinds", "--dataset", "many", "--part", "all", "--json").output)
        #expect(try #require(many["rows"]).int() == 100_001)
        #expect(try yard.run("jobs", "list").output.contains("kinds"))
    }
}
