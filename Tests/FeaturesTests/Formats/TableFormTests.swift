import Foundation
import JSON
import Features
import Testing

/// Tables as spreadsheets, pandas, R and databases write them.
struct TableFormTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var parameters: [String: String] = [:]
        let columns: [String]
        let inputs: [Float]
        let targets: [Float]

        init(_ name: String, _ text: String, _ columns: [String], _ inputs: [Float], _ targets: [Float]) {
            self.init(name, text, [:], columns, inputs, targets)
        }

        init(
            _ name: String,
            _ text: String,
            _ parameters: [String: String],
            _ columns: [String],
            _ inputs: [Float],
            _ targets: [Float]
        ) {
            (testDescription, self.text, self.parameters) = (name, text, parameters)
            (self.columns, self.inputs, self.targets) = (columns, inputs, targets)
        }
    }

    @Test(arguments: [
        Form(
            "semicolons and decimal commas",
            "a;b;y\n1,5;2,25;1\n-3;1.234,5;10\n",
            ["a", "b"],
            [1.5, 2.25, -3, 1234.5],
            [1, 10]
        ),
        Form("a decimal comma past the first rows", "a;y\n1;2\n2;3\n2,5;4\n", ["a"], [1, 2, 2.5], [2, 3, 4]),
        Form("quoted decimal commas", "a,y\n\"1,5\",2\n\"2,5\",3\n", ["a"], [1.5, 2.5], [2, 3]),
        Form("tabs", "a\tb\ty\n1\t2\t3\n4\t5\t6.5\n", ["a", "b"], [1, 2, 4, 5], [3, 6.5]),
        Form("bars", "a|y\n1|2\n3|4\n", ["a"], [1, 3], [2, 4]),
        Form("a line sep=;", "sep=;\r\na;y\r\n1;2\r\n3;4\r\n", ["a"], [1, 3], [2, 4]),
        Form("pandas' index", ",a,y\n0,1.5,2\n1,2.5,3\n", ["a"], [1.5, 2.5], [2, 3]),
        Form("pandas' index, written twice", "Unnamed: 0,a,y\n0,1.5,2\n1,2.5,3\n", ["a"], [1.5, 2.5], [2, 3]),
        Form("R's row names", "\"\",\"a\",\"y\"\n\"r1\",1.5,2\n\"r2\",2.5,3\n", ["a"], [1.5, 2.5], [2, 3]),
        Form("R's row names without a name", "\"a\",\"y\"\n\"r1\",1.5,2\n\"r2\",2.5,3\n", ["a"], [1.5, 2.5], [2, 3]),
        Form("a separator at each end", "a,y,\n1,2,\n3,4,\n", ["a"], [1, 3], [2, 4]),
        Form("a separator at the records' ends", "a,y\n1,2,\n3,4,\n", ["a"], [1, 3], [2, 4]),
        Form("what a spreadsheet leaves", ",,\na,y,,\n1,2,,\n,,,\n3,4,,\n,,,\n", ["a"], [1, 3], [2, 4]),
        Form("an empty column within", "a,,y\n1,,2\n3,,4\n", ["a"], [1, 3], [2, 4]),
        Form("a column without a name", "a,,y\n1,7,2\n3,8,4\n", ["a", "column_2"], [1, 7, 3, 8], [2, 4]),
        Form("no header", "1.5,2\n3,4\n", ["column_1"], [1.5, 3], [2, 4]),
        Form(
            "no header, a hole first",
            "?,2,5\n3,4,5\n",
            ["target": "column_2", "columns": "column_3"],
            ["column_3"],
            [5, 5],
            [2, 4]
        ),
        Form("years as names", "id,2019,2020\n1,5,6\n2,7,8\n", ["id", "2019"], [1, 5, 2, 7], [6, 8]),
        Form("pandas' numbers as names", "0,1\n1.5,2\n3,4\n", ["0"], [1.5, 3], [2, 4]),
        Form("CR alone", "a,y\r1,2\r3,4\r", ["a"], [1, 3], [2, 4]),
        Form("truth values", "a,b,y\nTrue,FALSE,2\nfalse,true,4\n", ["a", "b"], [1, 0, 0, 1], [2, 4]),
        Form("a name with a comma", "a,\"b, c\",d\n1,2,3\n", ["target": "b, c"], ["a", "d"], [1, 3], [2]),
        Form(
            "names in quotes",
            "a,\"b, c\",d\n1,2,3\n",
            ["target": "\"b, c\"", "columns": "d,a"],
            ["d", "a"],
            [3, 1],
            [2]
        ),
        Form("names in JSON", "a,\"b, c\",d\n1,2,3\n", ["target": "[\"b, c\"]"], ["a", "d"], [1, 3], [2]),
    ])
    func `a table is read as it is meant`(form: Form) throws {
        var parameters = form.parameters
        parameters["target_kind"] = "value"
        for size in [form.text.utf8.count, 1] {
            let log = RowLog()
            var reader = CSVReader(try ImportOptions(parameters: parameters))
            for piece in pieces(Array(form.text.utf8), of: size) { try reader.read(piece, into: log) }
            let dataset = try reader.finish(into: log)

            #expect(dataset.columns == form.columns)
            #expect(log.inputs == form.inputs)
            #expect(log.targets == form.targets)
        }
    }

    @Test(arguments: [
        ("a;y\n1.5;1\n2,5;2\n", "line 3, column \"a\": expected a number, found \"2,5\"; decimals stand after a point"),
        ("a,b\nTrue,1\n5,2\n", "line 3, column \"a\": expected true or false, as in the records before, found \"5\""),
        ("PK\u{3}\u{4}xl/workbook.xml", "expected CSV text, found an Excel workbook"),
        ("PAR1....", "expected CSV text, found a Parquet file"),
        ("{\"a\": 1}", "expected CSV text, found JSON"),
        ("a,y1,23,4", "expected records after the header line, found none (with curl, --data-binary"),
    ])
    func `what can't be meant is refused`(text: String, sentence: String) {
        #expect(refusedCSV(text).hasPrefix(sentence), "\(refusedCSV(text))")
    }

    @Test func `the header is what the upload says`() throws {
        var options = ImportOptions()
        options.hasHeader = false
        for text in ["5.1,a\n4.9,b\n", "x,a\n4.9,b\n"] {
            let log = RowLog()
            var reader = CSVReader(options)
            try reader.read(Array(text.utf8)[...], into: log)
            let rows = Result { try reader.finish(into: log) }
            if text.hasPrefix("5") {
                #expect(try rows.get().rows == 2)
            } else {
                #expect(throws: (any Error).self) { try rows.get() }
            }
        }
        options.hasHeader = true
        var reader = CSVReader(options)
        try reader.read(Array("1,2\n3,4\n".utf8)[...], into: RowLog())
        #expect(try reader.finish(into: RowLog()).rows == 1)
    }

    @Test(arguments: ["a12", "12a", "1a2", "21a"])
    func `numbers and words in one column are words in any order`(order: String) throws {
        let marks = Array(order)
        let text = "x,y\n" + (0..<12).map { "\($0),\(marks[$0 % 3])\n" }.joined()
        let log = RowLog()

        let dataset = try readCSV(text, into: log)

        #expect(dataset.target.labels == ["1", "2", "a"])
        #expect(log.targets == (0..<12).map { Float(["1", "2", "a"].firstIndex(of: String(marks[$0 % 3])) ?? 9) })
    }

    @Test func `numbers that turn out to be words keep their spelling`() throws {
        let text = "x,y\n1,1.50\n2,007\n3,+5\n4,nan\n5,7\n6,x\n"

        #expect(try readCSV(text).target.labels == ["+5", "007", "1.50", "7", "nan", "x"])
        #expect(try readCSV(text, ["target_kind": "class"]).target.labels == ["+5", "007", "1.50", "7", "nan", "x"])
    }

    @Test func `true and false in several spellings are two classes`() throws {
        #expect(try readCSV("x,y\n1,True\n2,FALSE\n3,true\n").target.labels == ["false", "true"])
    }

    @Test(arguments: ["utf-8", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252", "macintosh", "iso-8859-15"])
    func `a table of any encoding gives the same words`(name: String) throws {
        let encodings: [String: String.Encoding] = [
            "utf-16le": .utf16LittleEndian, "utf-16be": .utf16BigEndian, "iso-8859-1": .isoLatin1,
            "windows-1252": .windowsCP1252, "macintosh": .macOSRoman, "iso-8859-15": .isoLatin1,
        ]
        let bytes = Array(try #require("größe,y\n1,Müller\n3,Maier\n".data(using: encodings[name] ?? .utf8)))
        var options = ImportOptions()
        let encoding = try #require(TextEncoding(named: name))
        options.encoding = encoding
        for size in [bytes.count, 1] {
            var reader = CSVReader(options)
            for piece in pieces(bytes, of: size) { try reader.read(piece, into: RowLog()) }
            let dataset = try reader.finish(into: RowLog())

            #expect(dataset.columns == ["größe"])
            #expect(dataset.target.labels == ["Maier", "Müller"])
        }
    }

    @Test func `what was recognised is said`() throws {
        let dataset = try readCSV("\u{FEFF};a;y\n1;1,5;x\n2;2;z\n;;\n")

        var json = JSONWriter()
        json.write(try #require(dataset.format))
        #expect(json.text == #"{"separator":";","decimal":",","header":"present","encoding":"UTF-8"}"#)
        #expect(dataset.notes.count == 2)
    }

    @Test func `integers that 32 bits don't hold are told, once for each column of inputs`() throws {
        let log = RowLog()
        let dataset = try readCSV(
            "id,a,y\n16777217,16777216,3\n123456789012,16777218,4\n5,1e30,16777217\n",
            into: log
        )

        #expect(
            dataset.notes == [
                "line 2, column \"id\": 16777217 is taken as 16777216.0, the nearest number of 32 bits; 1 more likewise"
            ]
        )
    }

    @Test func `a series that holds its target alone says so`() throws {
        let table = "a,b\n1,2\n3,4\n5,6\n"
        func notes(_ parameters: [String: String]) throws -> [String] {
            try readCSV(table, parameters.merging(["window": "1"]) { $1 }, into: RowLog()).notes
        }

        #expect(
            try notes([:]) == [
                #"The windows hold "b" alone, which they predict; ?columns= names those that are to be in them."#
            ]
        )
        #expect(try notes(["columns": "a,b"]).isEmpty)
        #expect(try notes(["columns": "b"]).isEmpty)
        #expect(try notes(["target": "a,b"]).isEmpty)
    }
}
