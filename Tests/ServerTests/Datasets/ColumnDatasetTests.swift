import Foundation
import JSON
import Testing

/// Uploads that become typed columns, and what can be read of them.
@Suite(.sharedServer) struct ColumnDatasetTests {
    /// Words, numbers, holes, truths and dates, as people have them.
    static let passengers = """
        name,age,sex,fare,boarded,lives
        Anna of the north,22,female,7.25,2024-01-02,yes
        Bert of the south,,male,71.5,2024-01-05,no
        Carl of the east,4,male,8,2024-01-03,no
        Dora of the west,35,female,,2024-01-04,yes
        Emil of the north,54,male,8.5,2024-02-29,no

        """

    private func put(
        _ name: String,
        _ body: String,
        query: String = "",
        contentType: String = "text/csv",
        on server: TestServer
    ) throws -> Reply {
        try server.put("/datasets/\(name)\(query)", Array(body.utf8), contentType: contentType)
    }

    private func column(_ name: String, of reply: Reply) throws -> JSONValue {
        try #require(try reply["columns"]?.elements.first { try $0["name"]?.string() == name }, "\(reply.text)")
    }

    @Test func `a table with words and holes among its inputs becomes typed columns`() throws {
        let server = try TestServer.shared()

        let reply = try put("passengers", Self.passengers, on: server)

        #expect(reply.status == 201, "\(reply.text)")
        #expect(reply.fields["location"] == "/datasets/passengers")
        #expect(
            try reply["columns"]?.elements.map { try $0["type"]?.string() }
                == ["text", "integer", "category", "number", "date", "category"]
        )
        #expect(try (reply["rows"]?.int(), reply["test_rows"]?.int()) == (5, 0))
        #expect(reply["parts"]?.isNull == true)
        let age = try column("age", of: reply)
        #expect(try (age["missing"]?.int(), age["min"]?.int(), age["max"]?.int()) == (1, 4, 54))
        #expect(try age["mean"]?.double() == 28.75)
        // The root of the mean squared distance from 28.75.
        #expect(abs(try #require(try age["std"]?.double()) - 18.26711526) < 1e-7)
        let sex = try column("sex", of: reply)
        #expect(try sex["distinct"]?.int() == 2)
        #expect(try sex["categories"]?.elements.map { try $0["value"]?.string() } == ["male", "female"])
        #expect(try sex["categories"]?.elements.map { try $0["count"]?.int() } == [3, 2])
        let boarded = try column("boarded", of: reply)
        #expect(try (boarded["min"]?.string(), boarded["max"]?.string()) == ("2024-01-02", "2024-02-29"))
        #expect(try (reply["target", "kind"]?.string(), reply["target", "labels", "0"]?.string()) == ("class", "no"))
        #expect(try reply["defaults", "targets"]?.elements.map { try $0.string() } == ["lives"])
        #expect(try reply["format", "separator"]?.string() == ",")
        let found = try server.get("/datasets/passengers")
        #expect(found.text == reply.text)
        #expect(found.fields["etag"] == "\"\(try #require(try reply["sha256"]?.string()))\"")
        let listed = try #require(try server.get("/datasets")["datasets"]).elements
        #expect(try listed.contains { try $0["name"]?.string() == "passengers" && $0["columns"]?.count == 6 })
    }

    @Test func `rows are paged in the order of the upload, with the columns that were asked for`() throws {
        let server = try TestServer.shared()
        _ = try put("paged", Self.passengers, on: server)

        let page = try server.get("/datasets/paged/rows?offset=1&limit=2&columns=age,lives,boarded")

        #expect(page.status == 200, "\(page.text)")
        #expect(
            page.text
                == #"{"rows":[{"row":1,"part":null,"values":{"age":null,"lives":"no","boarded":"2024-01-05"}},{"row":2,"part":null,"values":{"age":4,"lives":"no","boarded":"2024-01-03"}}],"total":5,"next":3}"#
        )
        let all = try server.get("/datasets/paged/rows")
        #expect((all["rows"]?.count, all["next"]?.isNull) == (5, true))
        #expect(try all["rows", "3", "values", "name"]?.string() == "Dora of the west")
        #expect(all["rows", "3", "values", "fare"]?.isNull == true)
        #expect(try server.get("/datasets/paged/rows?offset=9")["rows"]?.count == 0)
        let unknown = try server.get("/datasets/paged/rows?columns=agee")
        #expect(unknown.status == 400 && unknown.text.contains("Known: name, age"), "\(unknown.text)")
        #expect(try server.get("/datasets/nothing/rows").status == 404)
        #expect(try server.get("/datasets/paged/rows?limit=1001").status == 400)
        #expect(try server.get("/datasets/paged/rows?part=tests").status == 400)
    }

    @Test func `a dry run shows what would be stored with the first rows, and stores nothing`() throws {
        let server = try TestServer.shared()

        let words = try put("dry", Self.passengers, query: "?dry_run=true", on: server)
        let numbers = try put("dry", "a,b\n1,2.5\n3,4\n5,6\n", query: "?dry_run=true", on: server)

        #expect(words.status == 200 && numbers.status == 200, "\(words.text) \(numbers.text)")
        #expect(words["first_rows"]?.count == 5)
        #expect(try words["first_rows", "0", "values", "age"]?.int() == 22)
        #expect(words["columns"]?.count == 6)
        #expect(words["sha256"] == nil)
        #expect(try numbers["first_rows", "2", "values", "b"]?.int() == 6)
        #expect(try (numbers["rows"]?.int(), numbers["test_rows"]?.int()) == (2, 1))
        #expect(try server.get("/datasets/dry").status == 404)
        #expect(try put("dry", "", query: "?dry_run=true", on: server).status == 422)
    }

    @Test func `a schema decides what columns are`() throws {
        let server = try TestServer.shared()
        let schema = #"{"age":{"type":"category"},"name":{"ignore":true},"fare":{"type":"number","missing":["8"]}}"#
        let query = "?schema=" + (schema.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")

        let reply = try put("typed", Self.passengers, query: query, on: server)

        #expect(reply.status == 201, "\(reply.text)")
        #expect(
            try reply["columns"]?.elements.map { try $0["name"]?.string() }
                == ["age", "sex", "fare", "boarded", "lives"]
        )
        #expect(try column("age", of: reply)["type"]?.string() == "category")
        #expect(try put("typed", "a,b\n1,2\n", query: "?schema=%7B", on: server).status == 400)
        let wrong = try put(
            "typed",
            "a,b\n1,2\n",
            query: "?schema=%7B%22a%22:%7B%22type%22:%22nmber%22%7D%7D",
            on: server
        )
        #expect(wrong.status == 422 && wrong.text.contains("/a/type"), "\(wrong.text)")
        // A table of numbers alone is stored as columns where a schema is given.
        let numbers = try put("typed", "a,b\n1,2\n3,4\n", query: "?schema=%7B%7D", on: server)
        #expect(try (numbers["rows"]?.int(), numbers["test_rows"]?.int()) == (2, 0))
    }

    /// Rows of which every fifth is of the class `rare`, in ten groups, with times that fall.
    static let parted: String = {
        let rows = (0..<50).map { row in
            "\(row),\(row % 5 == 0 ? "rare" : "often"),g\(row % 10),2024-01-01T00:00:\(59 - row),\(row % 10 == 9 ? "Val" : row % 10 == 8 ? "test" : "train")"
        }
        return "n,kind,group,when,part\n" + rows.joined(separator: "\n") + "\n"
    }()

    @Test(arguments: [
        "split=part", "stratify=kind", "group=group", "split_by_time=when", "test_split=0.3", "test_split=0",
    ])
    func `rows are parted as the query says, and read by their part`(query: String) throws {
        let server = try TestServer.shared()
        let name = "parted-\(query.prefix { $0 != "=" })-\(query.count)"

        let reply = try put(name, Self.parted, query: "?\(query)", on: server)

        #expect(reply.status == 201, "\(reply.text)")
        func part(_ part: String) throws -> [Int] {
            let page = try server.get("/datasets/\(name)/rows?part=\(part)&columns=n")
            return try #require(page["rows"], "\(page.text)").elements.map { row in
                #expect(try row["part"]?.string() == part)
                #expect(try row["values"]?["n"]?.int() == row["row"]?.int())
                return try #require(try row["row"]?.int())
            }
        }
        let (train, validation, test) = (try part("train"), try part("validation"), try part("test"))
        #expect((train + validation + test).sorted() == Array(0..<50))
        #expect(
            try ["train", "validation", "test"].map { try reply["parts", $0]?.int() }
                == [train.count, validation.count, test.count]
        )
        #expect(try (reply["rows"]?.int(), reply["test_rows"]?.int()) == (train.count, test.count))
        switch query {
        case "split=part":
            #expect(test == (0..<5).map { 10 * $0 + 8 })
            #expect(validation == (0..<5).map { 10 * $0 + 9 })
            #expect(try column("part", of: reply)["split"]?.bool() == true)
            #expect(try reply["defaults", "inputs"]?.elements.contains { try $0.string() == "part" } == false)
            #expect(try reply["defaults", "targets", "0"]?.string() == "when")
        case "stratify=kind": #expect(test.count == 10 && test.count { $0 % 5 == 0 } == 2)
        case "group=group":
            let groups = Set(test.map { $0 % 10 })
            #expect(test.count == 10 && test == (0..<50).filter { groups.contains($0 % 10) })
        case "split_by_time=when": #expect(test == Array(0..<10))
        case "test_split=0": #expect(test.isEmpty)
        default: #expect(test.count == 15)
        }
    }

    @Test(arguments: [
        ("?split=kind", 422, "expected train, validation or test, found \"rare\""),
        ("?split=nothing", 400, "unknown column \"nothing\""), ("?split=n", 400, "expected a column of type"),
        ("?split=part&test_split=0.2", 400, "does not go with test_split"),
        ("?stratify=kind&group=group", 400, "does not go with stratify"),
        ("?stratify=when", 400, "expected a column of type"), ("?target=nothing", 400, "unknown column"),
        ("?columns=n,nothing", 400, "unknown column"), ("?rows=words", 400, "expected lines"),
        ("?test_split=1", 400, "test_split"),
    ])
    func `parameters that do not fit are refused, and nothing is stored`(
        query: String,
        status: Int,
        text: String
    ) throws {
        let server = try TestServer.shared()

        let reply = try put("unfit", Self.parted, query: query, on: server)

        #expect(reply.status == status, "\(reply.text)")
        #expect(try #require(try reply["detail"]?.string()).contains(text), "\(reply.text)")
        #expect(try server.get("/datasets/unfit").status == 404)
    }

    @Test func `a histogram counts every value once`() throws {
        let server = try TestServer.shared()
        _ = try put("counted", Self.parted, on: server)
        func histogram(_ column: String, _ bins: Int) throws -> Reply {
            try server.get("/datasets/counted/columns/\(column)?bins=\(bins)")
        }

        let numbers = try histogram("n", 7)
        #expect(
            try #require(numbers["bins"]).elements.map { try #require(try $0["count"]?.int()) } == [
                7, 7, 7, 7, 7, 7, 8,
            ]
        )
        #expect(try (numbers["bins", "0", "from"]?.double(), numbers["bins", "6", "to"]?.double()) == (0, 49))
        let words = try histogram("kind", 20)
        #expect(
            words.text
                == #"{"name":"kind","type":"category","missing":0,"of":"value","categories":[{"value":"often","count":40},{"value":"rare","count":10}]}"#
        )
        let dates = try histogram("when", 5)
        #expect(
            try #require(dates["bins"]).elements.map { try #require(try $0["count"]?.int()) } == [10, 10, 10, 10, 10]
        )
        #expect(try dates["bins", "0", "from"]?.string() == "2024-01-01T00:00:10")
        #expect(try histogram("none", 5).status == 404)
        #expect(try histogram("n", 0).status == 400)
    }

    @Test func `a dataset of numbers keeps its form, and its rows and columns can be read by name`() throws {
        let server = try TestServer.shared()
        let table = (0..<10).map { "\($0),0.\($0),\($0 % 2 == 0 ? "cat" : "dog")" }.joined(separator: "\n")

        let reply = try put("numbers", "a,b,animal\n\(table)\n", query: "?test_split=0.3&split_seed=4", on: server)

        #expect(reply.status == 201, "\(reply.text)")
        #expect(try reply["input_shape"]?.ints() == [2])
        #expect(try reply["columns"]?.elements.map { try $0["type"]?.string() } == ["integer", "number", "category"])
        #expect(try ["train", "validation", "test"].map { try reply["parts", $0]?.int() } == [7, 0, 3])
        let all = try server.get("/datasets/numbers/rows")
        #expect(try #require(all["rows"]).elements.map { try $0["values"]?["a"]?.int() } == Array(0..<10))
        #expect(all.text.contains(#"{"a":7,"b":0.7,"animal":"dog"}"#), "\(all.text)")
        #expect(try server.get("/datasets/numbers/rows?part=test")["total"]?.int() == 3)
        #expect(try server.get("/datasets/numbers/columns/a?bins=2")["bins", "1", "count"]?.int() == 5)
        #expect(try server.get("/datasets/numbers/rows/0/a").status == 404)
    }

    @Test func `what was stored without names is shown as x and y`() throws {
        let server = try TestServer.shared()

        let digits = try server.get("/datasets/digits")
        #expect(try digits["columns"]?.elements.map { try $0["name"]?.string() } == ["x", "y"])
        #expect(try digits["columns", "0", "shape"]?.ints() == [8, 8, 1])
        let rows = try server.get("/datasets/digits/rows?limit=2")
        #expect(try rows["total"]?.int() == 1797)
        #expect(rows["rows", "0", "values", "x"]?.count == 8)
        #expect(try rows["rows", "0", "values", "y"]?.int() == 0)
        #expect(try server.get("/datasets/digits/columns/y?bins=10")["bins"]?.count == 10)
        let series = try server.get("/datasets/sunspots/rows?limit=1")
        #expect(series.status == 200, "\(series.text)")
        let inline = try put("pairs", #"{"x":[[1,2],[3,4]],"y":[0,1]}"#, contentType: "application/json", on: server)
        #expect(try inline["columns"]?.elements.map { try $0["name"]?.string() } == ["x", "y"])
    }

    @Test func `records of JSON, lines of it and texts become columns`() throws {
        let server = try TestServer.shared()

        let records = try put(
            "records",
            #"[{"word":"left","n":1,"v":[1,2]},{"word":"right","n":null,"v":[3,4]}]"#,
            contentType: "application/json",
            on: server
        )
        let lines = try put(
            "lines",
            "{\"word\":\"left\",\"n\":1}\n{\"word\":\"right\"}\n",
            contentType: "application/x-ndjson",
            on: server
        )
        let text = try put("text", "One line.\nTwo.\n", contentType: "text/plain", on: server)
        let rows = try put("rows", "One line.\nTwo.\n", query: "?rows=lines", contentType: "text/plain", on: server)

        for reply in [records, lines, text, rows] { #expect(reply.status == 201, "\(reply.text)") }
        #expect(try server.get("/datasets/records/rows?offset=1")["rows", "0", "values", "v"]?.count == 2)
        #expect(try column("v", of: records)["shape"]?.ints() == [2])
        #expect(try server.get("/datasets/lines/rows?offset=1").text.contains(#""n":null"#))
        #expect(try (text["rows"]?.int(), rows["rows"]?.int()) == (1, 2))
        #expect(try server.get("/datasets/rows/rows")["rows", "1", "values", "text"]?.string() == "Two.")
    }

    @Test func `a condition on what has the name holds until it is replaced`() throws {
        let server = try TestServer.shared()
        func put(_ field: String, _ body: String = Self.passengers) throws -> Reply {
            let folder = try TemporaryFolder()
            let file = try folder.write(Array(body.utf8), to: "body")
            return try server.curl(
                "PUT",
                "/datasets/held",
                ["--data-binary", "@\(file)", "--header", "Content-Type: text/csv", "--header", field]
            )
        }

        #expect(try put("If-Match: *").status == 412)
        let first = try put("If-None-Match: *")
        #expect(first.status == 201, "\(first.text)")
        #expect(try put("If-None-Match: *").status == 412)
        #expect(try put("If-Match: \"0\"").status == 412)
        let tag = try #require(first.fields["etag"])
        let second = try put("If-Match: \(tag)", "a,b\n1,2\n3,4\n")
        #expect(second.status == 200, "\(second.text)")
        #expect(try put("If-Match: \(tag)").status == 412)
        #expect(try server.get("/datasets/held").fields["etag"] == second.fields["etag"])
    }

    @Test func `typed columns outlive the server, and a job on them that can't be is refused in words`() throws {
        let server = try TestServer()
        #expect(try put("kept", Self.passengers, on: server).status == 201)
        let again = try server.restarted(killing: true)
        defer { again.stop() }

        #expect(try again.get("/datasets/kept/rows")["rows"]?.count == 5)
        try again.define(#"{"name":"m","input_shape":[2],"layers":[{"type":"Dense","units":1}]}"#)
        let reply = try again.post("/train", #"{"model":"m","dataset":"kept","epochs":1,"loss":"mse"}"#)
        #expect(reply.status == 422, "\(reply.text)")
    }

    @Test func `folders of pictures become a column of files and their labels, in the parts that they name`() throws {
        let server = try TestServer.shared()
        func picture(_ number: UInt8) -> [UInt8] {
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: number, count: Int(number) + 1)
        }
        var files: [(String, [UInt8])] = []
        for part in ["train", "test"] {
            for (place, label) in ["cats", "dogs"].enumerated() {
                for number in 0..<3 {
                    let content = picture(UInt8(files.count))
                    files.append(("\(part)/\(label)/\(10 * place + number).png", content))
                }
            }
        }

        let reply = try server.put("/datasets/pictures", StoredZip.archive(files), contentType: "application/zip")

        #expect(reply.status == 201, "\(reply.text)")
        #expect(try ["train", "validation", "test"].map { try reply["parts", $0]?.int() } == [6, 0, 6])
        #expect(try reply["target", "labels", "1"]?.string() == "dogs")
        let page = try server.get("/datasets/pictures/rows?part=test&offset=4")
        #expect(try (page["total"]?.int(), page["rows"]?.count) == (6, 2))
        for row in try #require(page["rows"]).elements {
            let number = try #require(try row["row"]?.int())
            #expect(try row["values"]?["label"]?.string() == "dogs")
            let href = try #require(try row["values"]?["image"]?["href"]?.string())
            #expect(href == "/datasets/pictures/rows/\(number)/image")
            let file = try server.get(href)
            #expect(file.body == picture(UInt8(number)))
            #expect(file.fields["content-type"] == "image/png")
            #expect(try row["values"]?["image"]?["bytes"]?.int() == file.body.count)
        }
        for path in ["rows/12/image", "rows/0/label", "rows/0/none", "rows/x/image", "rows/-1/image"] {
            #expect(try server.get("/datasets/pictures/\(path)").status == 404, "\(path)")
        }
    }
}
