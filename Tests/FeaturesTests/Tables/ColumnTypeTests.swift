import Testing

@testable import Features

/// What people complain of in tables: words that become holes, codes that lose zeros, types decided too early.
struct ColumnTypeTests {
    private func notes(_ table: TypedTable, _ name: String) -> String {
        table.notes.filter { $0.contains("\"\(name)\"") }.joined(separator: "; ")
    }

    @Test func missingMarksAmongWordsAreToldAndCanBeKept() throws {
        let text = "country,v\nDE,1\nNA,2\nFR,3\nNone,4\n\"NA\",5\n"
        let table = try TableUploads.csv(text)
        let values = try #require(try table.values("country"))
        #expect(
            values
                == ColumnValues(.strings(["DE", "", "FR", "None", "NA"]), missing: [false, true, false, false, false])
        )
        #expect(notes(table, "country").contains("\"NA\" were taken as missing"))
        #expect(notes(table, "country").contains("\"None\" were taken as words"))
        let kept = try TableUploads.csv(text, schema: #"{"country": {"missing": []}}"#)
        #expect(try kept.values("country") == ColumnValues(.strings(["DE", "NA", "FR", "None", "NA"])))
        #expect(kept.column("country")?.distinct == 4)
    }

    @Test func typesAreDecidedByTheLastRowToo() throws {
        // Far beyond what others sample, and beyond several blocks.
        for (last, wanted) in [("007", "007"), ("D1000263", "D1000263"), ("9007199254740993", "9007199254740993")] {
            var text = "code,x\n"
            for row in 0..<40_000 { text += "\(row % 90 + 10),\(row)\n" }
            text += "\(last),0\n"
            let table = try TableUploads.csv(text)
            #expect(table.column("code")?.type == .category)
            #expect(table.column("code")?.distinct == 91)
            guard case .strings(let words) = try table.values("code")?.content else { throw Unexpected() }
            #expect(words.last == wanted)
            #expect(words[45] == "55")
            #expect(!notes(table, "code").isEmpty)
        }
    }

    private struct Unexpected: Error {}

    @Test func truthsAndDatesThatAreNotToTheEndAreWords() throws {
        var text = "t,d\n"
        for row in 0..<20_000 { text += "\(row.isMultiple(of: 2)),2024-01-\(10 + row % 20)\n" }
        text += "maybe,2024-02-30\n"
        let table = try TableUploads.csv(text)
        #expect(table.columns.map(\.type) == [.category, .category])
        guard case .strings(let words) = try table.values("t")?.content else { throw Unexpected() }
        #expect(words[0] == "true" && words[1] == "false" && words.last == "maybe")
    }

    @Test func wordsAmongNumbersAreNamed() throws {
        var text = "x\n"
        for row in 0..<500 { text += row == 321 ? "broken\n" : "\(row).5\n" }
        let table = try TableUploads.csv(text)
        #expect(table.column("x")?.type == .category)
        #expect(notes(table, "x").contains("\"broken\" (line 323)"))
        let number = try TableUploads.csv(text, schema: #"{"x": {"type": "number", "missing": ["broken"]}}"#)
        #expect(number.column("x")?.type == .number && number.column("x")?.missing == 1)
    }

    @Test func marksBetweenThousandsNeedEveryCellToAgree() throws {
        let grouped = try TableUploads.csv("a,b\n\"1,234\",1\n\"12,345,678\",2\n\"5\",3\n")
        #expect(try grouped.values("a") == ColumnValues(.integers([1234, 12_345_678, 5])))
        #expect(notes(grouped, "a").contains("thousands"))
        let european = try TableUploads.csv("a;b\n1.234;1,5\n5.678;2,5\n")
        #expect(try european.values("a") == ColumnValues(.integers([1234, 5678])))
        let point = try TableUploads.csv("a;b\n1.234;1.5\n5.678;2.5\n")
        #expect(try point.values("a") == ColumnValues(.numbers([1.234, 5.678])))
        let neither = try TableUploads.csv("a,b\n\"1,23\",1\n\"1,234.5\",2\n")
        #expect(neither.column("a")?.type == .category)
    }

    @Test func datesThatCouldBeEitherAreNotGuessed() throws {
        let ambiguous = try TableUploads.csv("t,y\n01/02/2024,1\n03/04/2024,2\n")
        #expect(ambiguous.column("t")?.type == .category)
        #expect(notes(ambiguous, "t").contains("can't be told apart"))
        let dayFirst = try TableUploads.csv("t,y\n01/02/2024,1\n13/02/2024,2\n")
        #expect(dayFirst.column("t")?.dateForm?.format == "dd/MM/yyyy")
        let monthFirst = try TableUploads.csv("t,y\n01/02/2024,1\n02/13/2024,2\n")
        #expect(try monthFirst.values("t") == ColumnValues(.dates([1_704_153_600_000_000, 1_707_782_400_000_000])))
        let european = try TableUploads.csv("t;y\n01/02/2024;1,5\n03/04/2024;2,5\n")
        #expect(try european.values("t") == ColumnValues(.dates([1_706_745_600_000_000, 1_712_102_400_000_000])))
        #expect(notes(european, "t").contains("day first"))
    }

    @Test(arguments: [
        ("1749-01", -6_974_035_200_000_000), ("2024-01-02T03:04:05.5+0530", 1_704_144_845_500_000),
        ("9999-12-31", 253_402_214_400_000_000), ("0001-01-01", -62_135_596_800_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
    ])
    func readsDates(_ cell: String, _ microseconds: Int64) throws {
        let table = try TableUploads.csv("t,y\n\(cell),1\n\(cell),2\n")
        #expect(try table.values("t") == ColumnValues(.dates([microseconds, microseconds])))
    }

    @Test(arguments: [
        ("MM/dd/yy", "12/31/99", 946_598_400_000_000), ("%d.%m.%Y %H:%M", "31.12.1999 00:00", 946_598_400_000_000),
        ("epoch_seconds", "946598400", 946_598_400_000_000),
        ("epoch_milliseconds", "946598400000", 946_598_400_000_000),
        ("yyyy-MM-dd'T'HH:mm", "1999-12-31T00:00", 946_598_400_000_000),
        ("d MMM yyyy h:mm a", "31 Dec 1999 12:00 AM", 946_598_400_000_000),
    ])
    func readsDatesBySchema(_ format: String, _ cell: String, _ microseconds: Int64) throws {
        let table = try TableUploads.csv(
            "t,y\n\(cell),1\n",
            schema: #"{"t": {"type": "date", "format": "\#(format)"}}"#
        )
        #expect(try table.values("t") == ColumnValues(.dates([microseconds])))
    }

    @Test func whatSpreadsheetsLeaveIsKnown() throws {
        let table = try TableUploads.csv(
            "zip,v,\r\n=\"00501\",1.5,\r\n=\"01234\",#N/A,\r\n=\"00501\",#DIV/0!,\r\n,,\r\n,,\r\n"
        )
        #expect(table.rows == 3)
        #expect(table.columns.map(\.name) == ["zip", "v"])
        #expect(try table.values("zip") == ColumnValues(.strings(["00501", "01234", "00501"])))
        #expect(table.column("v")?.missing == 2)
        #expect(table.notes.contains { $0.contains("2 rows at the end") })
        #expect(notes(table, "v").contains("#N/A"))
    }

    @Test func identifiersAreShownAsSuch() throws {
        var text = "id,code,name,y\n"
        for row in 1...30 { text += "\(row),k\(row * 7),some words that differ \(row),\(row % 3)\n" }
        let table = try TableUploads.csv(text)
        #expect(table.columns.map(\.isIdentifier) == [true, true, false, false])
        #expect(table.columns.map(\.type) == [.integer, .category, .text, .integer])
        let again = try TableUploads.csv("Unnamed: 0,x\n0,5.5\n1,7.5\n")
        #expect(again.columns.map(\.name) == ["x"] && again.leftOut.map(\.isIndex) == [true])
    }

    @Test func textIsToldFromCategoriesInChineseToo() throws {
        var text = "couplet,name\n"
        for row in 0..<200 {
            let last = Unicode.Scalar(0x4E00 + row).map(String.init) ?? ""
            text += "春眠不覺曉\(last),王\(last)\n"
        }
        #expect(try TableUploads.csv(text).columns.map(\.type) == [.text, .category])
    }

    @Test func formsOfOneWordAreToldApart() throws {
        let table = try TableUploads.csv("w,y\ncaf\u{E9},1\ncafe\u{301},2\ncaf\u{E9},3\n")
        #expect(notes(table, "w").contains("composed and decomposed"))
        #expect(table.column("w")?.distinct == 2)
    }

    @Test func headersAreFoundAmongWords() throws {
        let named = try TableUploads.csv("text,label\ngood film,pos\nbad film,neg\n")
        #expect(named.columns.map(\.name) == ["text", "label"])
        let unnamed = try TableUploads.csv("good film,pos\nbad film,neg\nfine film,pos\n")
        #expect(unnamed.rows == 3)
        #expect(unnamed.format?.hasHeader == false)
    }

    @Test(arguments: [
        ("a,b,c1,2,34,5,67,8,9", nil, "--data-binary"),
        ("a,b\n1,2\n", #"{"a": {"type": "integer", "format": "x"}}"#, "format"),
        ("a,b\n1,2\n1.5,3\n", #"{"a": {"type": "integer"}}"#, "line 3, column \"a\""),
        ("a,b\n1,2\n", #"{"a": {"typ": "integer"}}"#, "typ"), ("a,b\n", nil, "no row"), ("\n\n", nil, "empty lines"),
        ("a,b\n1,\"2\"x\n", nil, "line 2"),
    ])
    func refusals(_ text: String, _ schema: String?, _ words: String) {
        let fault = TableUploads.fault(text, schema: schema)
        #expect(fault?.contains(words) == true, "\(fault ?? "taken")")
    }
}
