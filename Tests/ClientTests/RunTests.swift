import Foundation
import JSON
import Testing

@Suite("run")
struct RunTests {
    private static let table = "a,b,kind\n" + (0..<20).map { "\($0),\(20 - $0),\($0 < 10 ? "low" : "high")\n" }.joined()

    /// A folder with a table and a model, and an empty one for what is temporary.
    private struct Place {
        let work: TemporaryFolder
        let temporary: TemporaryFolder

        init(_ model: String) throws {
            work = try TemporaryFolder()
            temporary = try TemporaryFolder()
            _ = try work.write(RunTests.table, to: "table.csv")
            _ = try work.write(model, to: "model.json")
        }

        func start(_ arguments: String...) throws -> Program {
            // Settings of another server in the environment are no business of this one.
            let environment = [
                "TMPDIR": temporary.url.path, "TRAINYARD_PORT": "1", "TRAINYARD_URL": "http://127.0.0.1:1",
            ]
            return try Program(["run"] + arguments, environment: environment, in: work.url)
        }
    }

    @Test(
        "a model is trained on a table, its figures are shown, and nothing is left",
        arguments: [
            #"{"input_shape": [2], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}"#,
            #"{"name": "mine", "preset": "table"}"#,
        ]
    )
    func figures(_ model: String) throws {
        let place = try Place(model)
        let outcome = try place.start("model.json", "table.csv", "--epochs", "3").wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.first?.hasSuffix("3/3") == true)
        #expect(outcome.lines.contains { $0.hasPrefix("test_accuracy ") })
        #expect(outcome.lines.contains { $0.hasPrefix("macro ") })
        let objects = try place.start("model.json", "table.csv", "--epochs", "2", "--json").wait().lines.map {
            try json($0)
        }
        #expect(objects.count == 2)
        #expect(try objects.first?["state"]?.string() == "succeeded")
        let labels = try objects.last?["classes"]?.elements.map { try $0["label"]?.string() }
        #expect(labels == ["high", "low"] || labels == ["low", "high"])
        #expect(place.temporary.names.isEmpty)
        #expect(place.work.names.sorted() == ["model.json", "table.csv"])
    }

    @Test("a column of numbers is learned as one")
    func regression() throws {
        let place = try Place(#"{"input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}"#)
        _ = try place.work.write("a,b,c\n" + (0..<20).map { "\($0),\(20 - $0),\($0)\n" }.joined(), to: "table.csv")
        let outcome = try place.start("model.json", "table.csv", "--target", "b", "--json").wait()
        let options = try json(try #require(outcome.lines.first))["options"]
        #expect(try json(try #require(outcome.lines.last))["residuals"]?["quantiles"] != nil)
        #expect(try options?["loss"]?["type"]?.string() == "mean_squared_error", "\(outcome.errors)")
        #expect(try options?["epochs"]?.int() == 20)
    }

    @Test("a fault has its place in the file, and nothing is left")
    func fault() throws {
        let place = try Place("{\"input_shape\": [2],\n \"layers\": [{\"type\": \"Dens\", \"units\": 2}]}")
        let outcome = try place.start("model.json", "table.csv").wait()
        #expect(outcome.status == 65 && outcome.errors.hasPrefix("model.json:2: /layers/0/type: "), "\(outcome.errors)")
        #expect(place.temporary.names.isEmpty)
    }

    @Test("Ctrl-C and SIGTERM leave nothing either", arguments: [SIGINT, SIGTERM])
    func interruption(_ signal: Int32) throws {
        let place = try Place(
            #"{"input_shape": [2], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}"#
        )
        let running = try place.start("model.json", "table.csv", "--epochs", "100000000")
        let data = try waited(for: "the server's data") {
            place.temporary.names.first { name in
                FileManager.default.fileExists(atPath: place.temporary.url.appending(path: "\(name)/data").path)
            }
        }
        let children = try Self.servers(with: data)
        #expect(children.count == 1)
        running.signal(signal)
        let outcome = running.wait()
        #expect(outcome.status == 128 + signal && !outcome.wasKilled, "\(outcome.errors)")
        #expect(place.temporary.names.isEmpty)
        #expect(try Self.servers(with: data).isEmpty)
    }

    @Test("the server of a run that is killed stops too")
    func kill() throws {
        let place = try Place(
            #"{"input_shape": [2], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}"#
        )
        let running = try place.start("model.json", "table.csv", "--epochs", "100000000")
        let data = try waited(for: "the server's data") {
            place.temporary.names.first { name in
                FileManager.default.fileExists(atPath: place.temporary.url.appending(path: "\(name)/data").path)
            }
        }
        #expect(try Self.servers(with: data).count == 1)
        running.signal(SIGKILL)
        _ = running.wait()
        _ = try waited(for: "the server's end") { try Self.servers(with: data).isEmpty ? true : nil }
    }

    /// The processes whose arguments name a folder.
    private static func servers(with folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard let pid = Int32(name), pid > 0,
                let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return String(decoding: words, as: UTF8.self).contains("\(folder)/data")
        }
    }
}
