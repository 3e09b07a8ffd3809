import Foundation
import JSON
import Testing

@Suite("watch")
struct WatchTests {
    @Test("a job's events are lines, in JSON too, and its end is the command's status")
    func lines() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        try yard.run("train", "short.json", "--wait")
        let lines = try yard.run("watch", "1").lines
        #expect(lines.first == "1  queued" && lines.last == "1  succeeded  version 1")
        #expect(lines.filter { $0.hasPrefix("1  epoch ") && $0.contains("/3  loss ") }.count == 3)
        let events = try yard.run("watch", "1", "--json").lines.map { try json($0) }
        #expect(try events.allSatisfy { try $0["job"]?.string() == "1" })
        #expect(try events.filter { try $0["event"]?.string() == "epoch" }.count == 3)
        try yard.run("watch", "9", expecting: 66)
        let id = String(try yard.run("train", "long.json").output.dropLast())
        let watching = try yard.start(["watch", id])
        _ = try waited(for: "an epoch") { watching.output.contains("epoch 1/") ? true : nil }
        try yard.run("jobs", "cancel", id)
        let outcome = watching.wait()
        #expect(outcome.status == 1 && outcome.errors == "trainyard: job \(id) was cancelled\n", "\(outcome.errors)")
    }

    @Test("all jobs are followed from now on", arguments: [[], ["--json"]])
    func all(_ flags: [String]) throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let watching = try yard.start(["watch"] + flags)
        // What comes before the watching has begun isn't seen, so there is a job again until one is.
        _ = try waited(for: "the end of a job") {
            try yard.run("train", "short.json", "--wait")
            return watching.output.contains("succeeded") ? true : nil
        }
        watching.signal(SIGINT)
        let outcome = watching.wait()
        #expect(outcome.status == 130 && !outcome.wasKilled)
        #expect(outcome.errors == "\ntrainyard: no longer watching; the jobs go on\n")
        if !flags.isEmpty { for line in outcome.lines { #expect(try json(line)["event"] != nil) } }
    }

    @Test("the watching goes on behind the last event when the server is another one")
    func restart() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        try yard.write(yard.folder.text("long.json").replacing("1000000", with: "1500"), to: "job.json")
        let id = String(try yard.run("train", "job.json").output.dropLast())
        let watching = try yard.start(["watch", id, "--json"])
        _ = try waited(for: "an epoch") { watching.output.contains("\"event\":\"epoch\"") ? true : nil }
        try yard.restart()
        let outcome = watching.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let epochs = try outcome.lines.map { try json($0) }.filter { try $0["event"]?.string() == "epoch" }
        #expect(try epochs.last?["epoch"]?.int() == 1_500)
        // Epochs behind the last checkpoint are trained again, and told again; none is left out.
        #expect(try Set(epochs.map { try $0["epoch"]?.int() ?? 0 }) == Set(1...1_500))
    }

    @Test("Ctrl-C ends the watching and not the job", arguments: [["watch"], ["jobs", "wait"]])
    func interruption(_ command: [String]) throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let id = String(try yard.run("train", "long.json").output.dropLast())
        let terminal = try PseudoTerminal(columns: 100)
        // A terminal of its own, whose Ctrl-C is a signal.
        let words = ["--ctty", "--wait", Program.path] + command + [id]
        let watching = try Program(
            words,
            of: "/usr/bin/setsid",
            environment: ["TRAINYARD_URL": yard.url],
            terminal: terminal
        )
        _ = try waited(for: "an epoch") { terminal.screen.contains("epoch ") ? true : nil }
        terminal.type(3)
        let outcome = watching.wait()
        #expect(outcome.status == 130 && !outcome.wasKilled)
        #expect(try terminal.finalScreen().contains("job \(id) goes on"))
        #expect(try yard.state(of: id) == "running")
    }
}
