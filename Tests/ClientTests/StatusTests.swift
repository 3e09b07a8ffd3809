import Foundation
import JSON
import Testing

@Suite("Exit statuses and addresses")
struct StatusTests {
    @Test(
        "a wrong command line is 64",
        arguments: [
            ["jobs", "--no-such-flag"], ["train"], ["jobs", "list", "--limit", "0"],
            ["jobs", "--url", "https://localhost"],
            ["jobs", "--url", "localhost:8080"], ["jobs", "--url", "http://localhost:0"], ["jobs", "--url", "http://"],
            ["jobs", "--url", "http://name:word@localhost"], ["jobs", "--url", "http://localhost/?a=1"],
            ["evaluate", "model"], ["evaluate", "model", "file", "--dataset", "digits"], ["generate"],
            ["watch", "1", "2"],
            ["run", "-", "-"], ["run", "a", "b", "--epochs", "0"], ["models", "alias", "a", "b", "c"],
        ]
    )
    func usage(_ arguments: [String]) throws {
        let outcome = try Program(arguments).wait()
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("trainyard: ") && outcome.errors.split(separator: "\n").count == 1)
    }

    @Test(
        "a file that isn't there is 66",
        arguments: [
            ["train", "none.json"], ["predict", "model", "none.csv"], ["run", "none.json", "none.csv"],
            ["jobs", "--token-file", "none"],
        ]
    )
    func missingFile(_ arguments: [String]) throws {
        let outcome = try Program(arguments).wait()
        #expect(outcome.status == 66)
        #expect(outcome.errors.hasPrefix("none"), "\(outcome.errors)")
    }

    @Test("where no server answers it is 69, within 5 s and what starting takes")
    func unavailable() throws {
        // Nobody listens on the first; nobody accepts on the second, so what is sent is never answered.
        let (closed, silent) = (try SilentSocket(isListening: false), try SilentSocket(isListening: true))
        for socket in [closed, silent] {
            for arguments in [["jobs"], ["train", "-"], ["generate", "a", "b"]] {
                let start = ContinuousClock.now
                let outcome = try Program(arguments + ["--url", "http://127.0.0.1:\(socket.port)"], input: "{}").wait()
                #expect(outcome.status == 69, "\(outcome.errors)")
                #expect(outcome.errors.hasPrefix("trainyard: ") && outcome.output.isEmpty)
                #expect(ContinuousClock.now - start < .seconds(7))
            }
        }
    }

    @Test("a token that is missing, unknown or may not is 77; the first of a file and that of a variable count")
    func tokens() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("# all\nfull abcdefgh-full # mine\nread abcdefgh-read\n", to: "tokens").path
        let yard = try Yard(["--token-file", file])
        let missing = try yard.run("jobs", expecting: 77)
        #expect(missing.errors.contains("--token-file or TRAINYARD_TOKEN"))
        try yard.run("train", "-", input: "{}", expecting: 77)
        try yard.run("jobs", environment: ["TRAINYARD_TOKEN": "unknown-token"], expecting: 77)
        try yard.run("jobs", environment: ["TRAINYARD_TOKEN": "abcdefgh-read"])
        try yard.run("train", "-", input: "{}", environment: ["TRAINYARD_TOKEN": "abcdefgh-read"], expecting: 77)
        try yard.run("train", "-", "--token-file", file, input: "{}", expecting: 65)
        try yard.write("abcdefgh-full\n", to: "bare")
        try yard.run("jobs", "--token-file", "bare", environment: ["TRAINYARD_TOKEN": "unknown-token"])
        try yard.write("# nothing\n", to: "empty")
        try yard.run("jobs", "--token-file", "empty", expecting: 65)
    }

    @Test("a server is reached by --url before TRAINYARD_URL, under a path, and on a Unix domain socket")
    func addresses() throws {
        let folder = try TemporaryFolder()
        let socket = folder.url.appending(path: "s").path
        let yard = try Yard(["--base-path", "/yard/one", "--unix-socket", socket])
        let wrong = ["TRAINYARD_URL": "http://127.0.0.1:1"]
        for url in [yard.url, "\(yard.url)/yard/one", "\(yard.url)/yard/one/", "unix:\(socket)", "unix://\(socket)"] {
            let names = try yard.run("datasets", "--json", "--url", url, environment: wrong).lines.map {
                try json($0)["name"]?.string()
            }
            #expect(names == ["digits", "sunspots"])
        }
        try yard.run("datasets", environment: wrong, expecting: 69)
        try yard.run("datasets", "--url", "\(yard.url)/elsewhere", expecting: 66)
    }

    @Test("a reader of standard output that goes away is no error to be told")
    func closedOutput() throws {
        let yard = try Yard()
        // The reader has ended before the command begins.
        let script = "exec 3> >(true); wait $!; \"$0\" datasets --json >&3"
        let shell = try Program(
            ["-c", script, Program.path],
            of: "/bin/bash",
            environment: ["TRAINYARD_URL": yard.url]
        ).wait()
        #expect(shell.status == 141 && shell.errors.isEmpty, "\(shell.errors)")
    }
}
