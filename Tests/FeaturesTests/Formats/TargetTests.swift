import JSON
import Features
import Testing

/// Which targets are classes and which are values.
struct TargetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let targets: [String]
        var wanted: String?
        /// The number of classes; nil for values.
        let classes: Int?
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "two classes", targets: ["0", "1", "1", "0"], classes: 2),
        Case(name: "ten digits", targets: (0..<20).map { "\($0 % 10)" }, classes: 10),
        Case(name: "each number once, as in y = x", targets: ["0", "1", "2", "3"], classes: nil),
        Case(name: "a gap", targets: ["0", "2", "0", "2"], classes: nil),
        Case(name: "no zero", targets: ["1", "2", "1", "2"], classes: nil),
        Case(name: "one number alone", targets: ["0", "0"], classes: nil),
        Case(name: "written with a point", targets: ["0.0", "1.0", "1.0", "0.0"], classes: nil),
        Case(name: "negative", targets: ["-1", "0", "1", "1"], classes: nil),
        Case(name: "temperatures", targets: ["20.5", "0", "1", "1"], classes: nil),
        Case(name: "a gap, asked for", targets: ["0", "2", "0"], wanted: "class", classes: 3),
        Case(name: "with a point, asked for", targets: ["1.0", "4.0"], wanted: "class", classes: 5),
        Case(name: "two classes, values asked for", targets: ["0", "1", "1", "0"], wanted: "value", classes: nil),
    ])
    func `numbers of a text are classes if they look so or are asked to be`(row: Case) throws {
        let parameters = row.wanted.map { ["target_kind": $0] } ?? [:]
        let table = try readCSV("x,y\n" + row.targets.map { "1,\($0)\n" }.joined(), parameters)
        let x = row.targets.map { _ in "[1]" }.joined(separator: ",")
        let json = "{\"x\": [\(x)], \"y\": [\(row.targets.joined(separator: ","))]}"
        var reader = try JSONRowsReader(try ImportOptions(parameters: parameters))
        reader.read(Array(json.utf8)[...])
        let array = try reader.finish(into: RowLog())

        #expect(table.target.classes == row.classes)
        #expect(table.target.kind == (row.classes == nil ? .value : .class))
        #expect(table.targetShape == (row.classes == nil ? [1] : []))
        #expect(array.target == table.target)
    }

    @Test func `more than a thousand small integers are values`() throws {
        let text = { (count: Int) in "x,y\n" + (0..<2 * count).map { "1,\($0 % count)\n" }.joined() }

        #expect(try readCSV(text(1000)).target.classes == 1000)
        #expect(try readCSV(text(1001)).target.classes == nil)
    }

    @Test(arguments: ["-1", "1.5", "65536", "1e10"])
    func `what is asked to be a class and is none is refused with its line`(target: String) {
        let sentence = refusedCSV("x,y\n1,2\n1,\(target)\n", ["target_kind": "class"])

        #expect(sentence.hasPrefix("line 3, column \"y\": expected a class, an integer from 0 to 65535, found "))
    }

    @Test func `words that are asked to be values are refused`() {
        let sentence = "line 2, column \"y\": expected a number, as target_kind=value asks for, found \"a\""
        #expect(refusedCSV("x,y\n1,a\n", ["target_kind": "value"]) == sentence)
    }

    @Test func `the summary is written as the contract says`() {
        var json = JSONWriter()
        json.write([
            TargetSummary.classes(2, labels: ["a", "b"]),
            TargetSummary.classes(10),
            TargetSummary.values(shape: [1]),
        ])

        #expect(
            json.text == #"[{"kind":"class","classes":2,"labels":["a","b"],"shape":[]},"#
                + #"{"kind":"class","classes":10,"shape":[]},{"kind":"value","shape":[1]}]"#
        )
    }
}
