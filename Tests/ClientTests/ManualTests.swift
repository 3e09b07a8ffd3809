import Foundation
import JSON
import Testing

@Suite("Manual, completion and documentation")
struct ManualTests {
    @Test("the manual page has every command and option, and only macros of man(7)")
    func manual() throws {
        let page = try Program(["manual"]).wait()
        #expect(page.status == 0 && page.errors.isEmpty)
        for line in page.lines where line.hasPrefix(".") {
            #expect(["TH", "SH", "SS", "PP", "TP", "br"].contains(line.dropFirst().prefix { $0 != " " }), "\(line)")
        }
        #expect(page.lines.first?.hasPrefix(#".TH "TRAINYARD" "1""#) == true)
        let description = try json(Program(["--experimental-dump-help"]).wait().output)
        let root = try #require(description["command"])
        var words: [String] = []
        try collect(root, into: &words)
        #expect(words.count > 60)
        for word in words {
            #expect(page.output.contains(word.replacing("-", with: "\\-")), "\(word)")
        }
    }

    @Test("there is a completion script for each shell, of which a shell itself has no complaint")
    func completion() throws {
        for shell in ["bash", "zsh", "fish"] {
            let script = try Program(["--generate-completion-script", shell]).wait()
            #expect(script.status == 0 && script.errors.isEmpty)
            #expect(script.output.contains("token-file") && script.output.contains("datasets"), "\(shell)")
            guard shell == "bash" else { continue }
            let check = try Program(["-n", "/dev/stdin"], of: "/bin/bash", input: script.output).wait()
            #expect(check.status == 0, "\(check.errors)")
        }
    }

    @Test("the documentation has the exit statuses of the manual page")
    func statuses() throws {
        let page = try Program(["manual"]).wait().output
        let rows = try Self.documentation(between: "<!-- statuses -->", and: "<!-- end of statuses -->").split(
            separator: "\n"
        )
        #expect(rows.count == 10)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(page.contains("\\fB\(cells[0])\\fR\n\(cells[1].replacing("-", with: "\\-"))\n"), "\(row)")
        }
    }

    @Test("the nightly recipe of the documentation promotes what is better, and nothing else")
    func recipe() throws {
        let text = try Self.documentation(between: "<!-- recipe -->\n```sh\n", and: "```")
        #expect(text.split(separator: "\n").count <= 10)
        let yard = try Yard()
        let model =
            #"{"name": "sales", "input_shape": [2], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}"#
        try yard.run("models", "create", "-", input: model)
        try yard.write(
            (["a,b,kind"] + (0..<50).map { "\($0 % 7),\($0 % 5),\($0 % 7 < 3 ? "x" : "y")" }).joined(separator: "\n"),
            to: "sales.csv"
        )
        let bin = yard.folder.url.appending(path: "bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: bin.appending(path: "trainyard"),
            withDestinationURL: URL(filePath: Program.path)
        )
        func night(_ epochs: Int, _ rate: Double) throws -> Program.Outcome {
            try yard.write(
                """
                {"model": "sales", "dataset": "sales", "epochs": \(epochs), "loss": "sparse_categorical_crossentropy",
                 "metrics": ["accuracy"], "optimizer": {"type": "Adam", "learning_rate": \(rate)}}
                """,
                to: "training.json"
            )
            return try Program(
                ["-c", text],
                of: "/bin/sh",
                environment: ["TRAINYARD_URL": yard.url, "PATH": "\(bin.path):/usr/bin:/bin"],
                in: yard.folder.url
            ).wait()
        }
        func stable() throws -> Substring? {
            try yard.run("models", "show", "sales").lines.first { $0.contains(" stable ") }?
                .split(separator: " ").first
        }
        let first = try night(300, 0.1)
        #expect(first.status == 0 && first.output == "stable of sales is version 1\n", "\(first.errors)")
        #expect(Double(yard.folder.text("best").dropLast()) ?? 0 > 0)
        // As good is not better, and a job that can't be is an end of the script.
        let second = try night(300, 0.1)
        #expect(second.status == 0 && second.output.isEmpty, "\(second.errors)")
        #expect(try night(0, 0.1).status == 65)
        #expect(try stable() == "1")
        try yard.write("0.01\n", to: "best")
        #expect(try night(300, 0.1).output == "stable of sales is version 3, before it 1\n")
        #expect(try stable() == "3")
    }

    /// The names of commands and options that are shown.
    private func collect(_ command: JSONValue, into words: inout [String]) throws {
        for argument in command["arguments"].map({ Array($0.elements) }) ?? []
        where try argument["shouldDisplay"]?.bool() != false {
            for name in argument["names"].map({ Array($0.elements) }) ?? [] where try name["kind"]?.string() == "long" {
                let name = try #require(try name["name"]?.string())
                if name != "help" { words.append("--\(name)") }
            }
        }
        for subcommand in command["subcommands"].map({ Array($0.elements) }) ?? [] {
            let name = try #require(try subcommand["commandName"]?.string())
            guard name != "help" else { continue }
            words.append(name)
            try collect(subcommand, into: &words)
        }
    }

    /// A part of the documentation.
    private static func documentation(between start: String, and end: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/cli.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let rest = try #require(text.range(of: start).map { text[$0.upperBound...] })
        return String(rest[..<(try #require(rest.range(of: end)).lowerBound)])
    }
}
