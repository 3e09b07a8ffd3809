import JSON
import Testing

@Suite("models and datasets")
struct ModelAndDatasetCommandTests {
    @Test("a model is defined, listed, shown, named and deleted")
    func models() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        try yard.run("models", "create", "model.json", expecting: 65)
        try yard.run("train", "short.json", "--wait")
        #expect(
            try yard.run("models", "alias", "digits-small", "stable", "1").output
                == "stable of digits-small is version 1\n"
        )
        try yard.run("models", "alias", "digits-small", "stable", "9", expecting: 66)
        let shown = try yard.run("models", "show", "digits-small").lines
        #expect(shown.contains { $0.hasPrefix("dense ") && $0.hasSuffix(" 650") })
        #expect(shown.contains { $0.contains(" stable ") && $0.contains("test_accuracy") })
        #expect(try json(yard.run("models", "show", "digits-small", "--json").output)["parameters"]?.int() == 650)
        #expect(try yard.run("models").lines.map { $0.prefix { $0 != " " } } == ["model", "digits-small"])
        #expect(
            try json(yard.run("models", "delete", "digits-small", "--json").output)["model"]?.string() == "digits-small"
        )
        try yard.run("models", "show", "digits-small", expecting: 66)
        #expect(try yard.run("models", "list", "--json").output.isEmpty)
    }

    @Test("a dataset is uploaded from a file and from a pipe, listed, shown and deleted")
    func datasets() throws {
        let yard = try Yard()
        let table = "width,kind\n1.5,a\n2.5,b\n3.5,a\n4.5,b\n"
        try yard.write(table, to: "table.csv")
        let shown = try yard.run("datasets", "put", "table", "table.csv").lines
        #expect(shown.contains { $0.hasPrefix("width ") && $0.contains(" 1.5 ") && $0.contains(" 4.5 ") })
        #expect(shown.contains("target  kind") || shown.contains { $0.hasPrefix("target ") && $0.hasSuffix(" kind") })
        let again = try yard.run("datasets", "put", "piped", "-", "--json", input: table)
        #expect(
            try json(again.output)["sha256"] == json(yard.run("datasets", "show", "table", "--json").output)["sha256"]
        )
        // More than one piece, and of unknown length: it comes through a pipe.
        let rows = (0..<200_000).map { "\($0).5,\($0 % 2 == 0 ? "a" : "b")\n" }.joined()
        try yard.write("width,kind\n" + rows, to: "big.csv")
        let shell = try Program(
            ["-c", "cat big.csv | \"$0\" datasets put big - --target width --json", Program.path],
            of: "/bin/sh",
            environment: ["TRAINYARD_URL": yard.url],
            in: yard.folder.url
        ).wait()
        #expect(shell.status == 0, "\(shell.errors)")
        #expect(try json(shell.output)["rows"]?.int() == 200_000)
        #expect(try json(shell.output)["defaults"]?["targets"]?[0]?.string() == "width")
        #expect(
            try yard.run("datasets").lines.map { $0.prefix { $0 != " " } } == [
                "dataset", "big", "digits", "piped", "sunspots", "table",
            ]
        )
        #expect(try yard.run("datasets", "delete", "piped").output == "dataset piped deleted\n")
        try yard.run("datasets", "delete", "digits", expecting: 65)
        try yard.run("datasets", "show", "piped", expecting: 66)
        try yard.run("datasets", "put", "none", "none.csv", expecting: 66)
        try yard.run("datasets", "put", "folder", ".", expecting: 66)
    }
}
