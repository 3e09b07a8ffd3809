import Features
import Testing

struct CSVReaderTests {
    @Test func `the last column is the target and the others are the inputs`() throws {
        let log = RowLog()
        let dataset = try readCSV("a,b,c\n1,2,0.5\n-3e1, +4 ,.25\n", into: log)

        #expect(log.inputs == [1, 2, -30, 4])
        #expect(log.targets == [0.5, 0.25])
        #expect(dataset.kind == .table)
        #expect(dataset.rows == 2)
        #expect(dataset.inputShape == [2])
        #expect(dataset.columns == ["a", "b"])
        #expect(dataset.target == TargetSummary.values(shape: [1]))
    }

    @Test func `targets and columns are chosen by name, in the order asked for`() throws {
        let log = RowLog()
        let dataset = try readCSV("a,b,c,d\n1,2,3,x\n5,6,7,y\n", ["target": "c,a", "columns": "b"], into: log)

        #expect(log.inputs == [2, 6])
        #expect(log.targets == [3, 1, 7, 5])
        #expect(dataset.target.shape == [2])
        #expect(dataset.columns == ["b"])
    }

    @Test func `the inputs take the shape asked for`() throws {
        let dataset = try readCSV("a,b,c,d,y\n1,2,3,4,1.5\n", ["shape": "2,2,1"])

        #expect(dataset.inputShape == [2, 2, 1])
    }

    @Test func `words become classes in sorted order`() throws {
        let log = RowLog()
        let dataset = try readCSV("x,kind\n1,dog\n2, cat \n3,ape\n4,dog\n5,7\n", into: log)

        #expect(log.targets == [3, 2, 1, 3, 0])
        #expect(
            dataset.target == TargetSummary.classes(4, labels: ["7", "ape", "cat", "dog"])
        )
    }

    /// RFC 4180 and what spreadsheets write besides.
    private static let hard =
        "\u{FEFF}\"a\",\"b, \"\"q\"\"\",c\r\n1,\"2\",\"two\nlines\"\r\n\r\n\"3\",4,plain\rn\n 5 , 6 ,\"\"\"\"\r\n7,8,é5\" x"

    private static let hardRecords = ["\"", "plain", "two\nlines", "é5\" x"]

    @Test func `quotes, line breaks of every kind, blank lines and a byte order mark are read`() throws {
        let log = RowLog()
        let text = Self.hard.replacing("plain\rn\n", with: "plain\r")
        let dataset = try readCSV(text, into: log)

        #expect(dataset.columns == ["a", "b, \"q\""])
        #expect(dataset.target.labels == Self.hardRecords)
        #expect(log.inputs == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(log.targets == [2, 1, 0, 3])
    }

    @Test func `a file cut in two at any place, or in bytes, gives the same rows`() throws {
        let bytes = Array(Self.hard.replacing("plain\rn\n", with: "plain\r").utf8)
        let cuts = (0...bytes.count).map { [bytes[..<$0], bytes[$0...]] } + [pieces(bytes, of: 1)]
        for cut in cuts {
            let log = RowLog()
            var reader = CSVReader()
            for piece in cut { try reader.read(piece, into: log) }
            let dataset = try reader.finish(into: log)

            #expect(dataset.target.labels == Self.hardRecords)
            #expect(log.inputs == [1, 2, 3, 4, 5, 6, 7, 8])
        }
    }

    @Test(arguments: [
        ("", "expected a CSV file with a header line, found an empty file"),
        ("\n\n", "expected a CSV file with a header line, found an empty file"),
        ("a,b\n", "expected records after the header line, found none"),
        ("a,b\n1,2\n3\n", "line 3: expected 2 cells, as in the header, found 1"),
        ("a,b\n1,2\n\n\n3,4,5\n", "line 5: expected 2 cells, as in the header, found 3"),
        ("age,y\n1,2\nabc,4\n", "line 3, column \"age\": expected a number, found \"abc\""),
        ("age,y\n1,2\n,4\n", "line 3, column \"age\": expected a number, found an empty cell"),
        ("age,y\nnan,4\n", "line 2, column \"age\": expected a finite number, found \"nan\""),
        ("age,y\n1,-inf\n", "line 2, column \"y\": expected a finite number, found \"-inf\""),
        ("age,y\n1,NaN\n", "line 2, column \"y\": expected a finite number, found \"NaN\""),
        (
            "age,y\n1e39,1\n",
            "line 2, column \"age\": expected a number within ±3.4e38, the range of 32-bit floats, found 1e39"
        ),
        ("a,y\n1,x\n1,\n", "line 3, column \"y\": expected the word of a class, found an empty cell"),
        ("a,y\n1,\n", "line 2, column \"y\": expected a number, found an empty cell"),
        (
            "date,y\n2020-01-01,1\n",
            "line 2, column \"date\": expected a number, found \"2020-01-01\"; name the input columns with ?columns= to leave this one out"
        ),
        ("a,b,a\n1,2,3\n", "line 1: the column name \"a\" occurs twice"),
        ("y\n1\n", "line 1: expected an input column beside the target, found only \"y\""),
        ("a,b\n1,\"2\n3,4\n", "lines 2 to 4: expected the closing quote of a cell, found the end of the file"),
        ("a,b\n\"1\"x,2\n", "line 2: expected a comma or the end of the line after a closing quote"),
        ("a,b\n1--2,2\n", "line 2, column \"a\": expected a number, found \"1--2\""),
    ])
    func `a file that is not a table is refused with the place`(text: String, sentence: String) {
        #expect(refusedCSV(text).hasPrefix(sentence), "\(refusedCSV(text))")
    }

    @Test(arguments: [
        (
            ["target": "hight"],
            "query parameter target: unknown column \"hight\"; did you mean \"height\"? Known: width, height"
        ),
        (["columns": "x"], "query parameter columns: unknown column \"x\". Known: width, height"),
        (
            ["columns": "width,height"],
            "query parameter columns: the column \"height\" is the target and cannot be an input too"
        ),
        (
            ["shape": "2,1"],
            "query parameter shape: expected extents whose product is 1, the number of input columns, found [2, 1]"
        ),
        (["window": "3"], "query parameter window: the series has 2 records, a window of 3 and its target take 4"),
    ])
    func `an option that does not fit the table is refused by name`(parameters: [String: String], sentence: String) {
        #expect(refusedCSV("width,height\n1,2.5\n3,4.5\n", parameters) == sentence)
    }

    @Test func `bytes that are no text are refused`() throws {
        let log = RowLog()
        var reader = CSVReader()
        let error = try #require(throws: DatasetFormatError.self) {
            try reader.read([0xFC, 0x2C, 0x62, 0x0A, 0x31, 0x2C, 0x32, 0x0A], into: log)
            _ = try reader.finish(into: log)
        }

        #expect(error.description.hasPrefix("line 1: expected UTF-8 text, found other bytes in the name of column 1"))
        #expect(error.description.contains("charset=windows-1252"))
    }

    @Test func `a quote left open does not take in the whole upload`() throws {
        let log = RowLog()
        var reader = CSVReader()
        try reader.read(Array("a,b\n1,\"".utf8)[...], into: log)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)[...]

        let error = try #require(throws: DatasetFormatError.self) {
            for _ in 0..<20 { try reader.read(piece, into: log) }
        }

        #expect(error.description == "line 2: a record of more than 16 MiB; is a quote left open?")
    }

    @Test func `a hundred thousand columns are read and millions are refused`() throws {
        let names = (0..<100_000).map { "c\($0)" }.joined(separator: ",")
        let zeros = Array(repeating: "0", count: 100_000).joined(separator: ",")

        #expect(try readCSV("\(names)\n\(zeros)\n").inputShape == [99_999])
        #expect(refusedCSV("a,a,\(names)\n").hasPrefix("line 1: the column name \"a\" occurs twice"))

        var reader = CSVReader()
        let commas = [UInt8](repeating: UInt8(ascii: ","), count: 1 << 16)[...]
        let error = try #require(throws: DatasetFormatError.self) {
            for _ in 0..<100 { try reader.read(commas, into: RowLog()) }
        }
        #expect(error.description == "line 1: a record of more than 131072 cells, the limit")
    }

    @Test func `rows past the limit are refused`() throws {
        var options = ImportOptions()
        options.maximumBytes = 16
        var reader = CSVReader(options)
        let log = RowLog()
        try reader.read(Array("a,b\n1,2\n3,4\n5,6\n".utf8)[...], into: log)

        #expect(throws: DatasetFormatError.tooLarge("line 4: the values so far take more than 16 bytes, the limit")) {
            try reader.finish(into: log)
        }
    }
}
