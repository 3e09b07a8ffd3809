import Foundation
import JSON
import Testing

@Suite("At a terminal")
struct TerminalTests {
    private static let escape = "\u{1B}["

    @Test("tables have colours and fit the width there, and in a pipe neither")
    func tables() throws {
        let yard = try Yard()
        let name = String(repeating: "long", count: 20)
        try yard.run("datasets", "put", name, "-", input: "a,b\n1,2\n3,4\n5,6\n7,8\n")
        let piped = try yard.run("datasets").output
        #expect(piped.contains(name) && !piped.contains(Self.escape))
        for columns in [20, 40, 60, 80] {
            let screen = try yard.show("datasets", columns: UInt16(columns))
            #expect(screen.contains(Self.escape) && screen.contains("…"))
            let lines = Self.lines(screen)
            #expect(lines.count == 4 && lines.allSatisfy { $0.count <= columns }, "\(lines)")
            #expect(lines.contains { $0.count > columns - 12 }, "\(lines)")
        }
        let narrow = try yard.show("datasets", columns: 100, environment: ["COLUMNS": "30"])
        #expect(Self.lines(narrow).allSatisfy { $0.count <= 30 })
        let wide = try yard.run("datasets", environment: ["COLUMNS": "30"]).output
        #expect(wide == piped)
    }

    @Test("there are no colours with NO_COLOR or TERM=dumb", arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func plain(_ environment: [String: String]) throws {
        let yard = try Yard()
        let screen = try yard.show("datasets", environment: environment)
        #expect(screen.contains("digits") && !screen.contains(Self.escape))
        // An empty variable is none.
        #expect(try yard.show("datasets", environment: ["NO_COLOR": ""]).contains(Self.escape))
    }

    @Test("a bar shows a job there, no wider than the terminal, and in a pipe there is none")
    func bars() throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let screen = try yard.show("train", "short.json", "--wait", columns: 60)
        #expect(screen.contains("job 1 [") && screen.contains("epoch 3/3"))
        for line in screen.split(whereSeparator: { $0 == "\r" || $0 == "\n" || $0 == "\r\n" }) where line.contains("[")
        {
            #expect(line.count < 60, "\(line)")
        }
        let piped = try yard.run("train", "short.json", "--wait")
        #expect(!piped.errors.contains("[") && !piped.errors.contains("\r"))
        #expect(try yard.show("watch", "1").contains(Self.escape + "32msucceeded"))
    }

    @Test(
        "a job's curves are drawn there, no wider than the terminal, and in a pipe an event is a line",
        arguments: [("C.UTF-8", "│", "×"), ("C", "|", "x")]
    )
    func curves(locale: String, border: String, mark: String) throws {
        let yard = try Yard()
        try yard.prepareTraining()
        let job = yard.folder.text("short.json")
            .replacing(/"epochs": *3/, with: "\"epochs\": 30, \"validation_split\": 0.2")
        try yard.write(job, to: "job.json")
        try yard.run("train", "job.json", "--wait")
        let screen = try yard.show("watch", "1", columns: 60, environment: ["LC_ALL": locale, "NO_COLOR": "1"])
        // What was drawn last, behind the way back to its first line.
        let begin = try #require(screen.ranges(of: /\u{1B}\[[0-9]+A/).last).upperBound
        let lines = screen[begin...].split(whereSeparator: \.isNewline).map { $0.replacing(/\u{1B}\[[A-Z]/, with: "") }
        let chart = lines.filter { $0.contains(border) }
        #expect(chart.count == 12 && chart.contains { $0.contains(mark) }, "\(lines)")
        #expect(lines.contains { $0.hasSuffix("30") } && lines.contains { $0.contains("val_loss 0.") })
        for line in screen.split(whereSeparator: \.isNewline) {
            #expect(line.replacing(/\u{1B}\[[0-9]*[A-Z]/, with: "").count < 60, "\(line)")
        }
        let numbers = try yard.run("jobs", "show", "1", "--json").output
        let loss = try #require(try json(numbers)["metrics"]?["val_loss"]?.double())
        #expect(lines.contains { $0.contains("val_loss \(String(format: "%.4g", loss))") }, "\(lines) \(loss)")
        #expect(try yard.run("watch", "1").lines.filter { $0.contains("  epoch ") }.count == 30)
        let plain = try yard.show("watch", "1", "--lines", columns: 100)
        #expect(plain.contains("epoch 30/30") && !plain.contains("\u{1B}[K"))
        let accuracy = try yard.show("watch", "1", "--metric", "accuracy", columns: 60, environment: ["LC_ALL": locale])
        #expect(accuracy.contains("val_accuracy ") && !accuracy.contains("val_loss "))
    }

    @Test("names that would steer a terminal are shown, not obeyed")
    func hostile() throws {
        let yard = try Yard()
        let outcome = try yard.run("train", "-", input: "{\"\\u001b[2J\\u009b\": 1}", expecting: 65)
        #expect(outcome.errors.contains("/\\u{1b}[2J\\u{9b}"))
        #expect(!outcome.errors.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x9B })
    }

    /// The lines of a screen without their colours.
    private static func lines(_ screen: String) -> [String] {
        screen.replacing(/\u{1B}\[[0-9]*m/, with: "").split(whereSeparator: \.isNewline).map(String.init)
    }
}
