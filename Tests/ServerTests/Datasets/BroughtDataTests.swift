import Foundation
import JSON
import Testing

/// Data as people bring it, where something in it is easily lost.
@Suite(.sharedServer) struct BroughtDataTests {
    private func put(_ name: String, _ text: String, _ contentType: String = "text/csv") throws -> Reply {
        try TestServer.shared().send("PUT", "/datasets/\(name)", text: text, contentType: contentType)
    }

    @Test func `a preset tells classes of whole numbers in a table of numbers alone`() throws {
        let server = try TestServer.shared()
        let rows = (0..<90).map { "\(Double($0 % 9) / 4),\(Double($0 % 7) / 3),\($0 % 3)" }
        #expect(try put("number-classes", "a,b,y\n" + rows.joined(separator: "\n")).status == 201)
        let model = try server.post(
            "/models",
            #"{"name": "number-classes", "preset": "table", "dataset": "number-classes", "target": "y"}"#
        )
        #expect(model.status == 201, "\(model.text)")
        #expect(try model["output_shape"]?.ints() == [3])
        #expect(try model["compile", "loss"]?.string() == "sparse_categorical_crossentropy", "\(model.text)")
        let job = try server.trained(
            #"{"model": "number-classes", "dataset": "number-classes", "epochs": 2}"#
        )
        #expect(try job["state"]?.string() == "succeeded")
        #expect(job["metrics", "test_accuracy"] != nil, "\(job)")
    }

    @Test func `numbers of users beyond 2^53 stay what they are`() throws {
        let server = try TestServer.shared()
        let rows = (0..<40).map { "18000000000000000\(10 + $0 % 4),\($0).5,\($0 % 2)" }
        let reply = try put("users", "user,n,y\n" + rows.joined(separator: "\n"))
        #expect(reply.status == 201, "\(reply.text)")
        let user = try #require(reply["columns"]?.elements.first { _ in true })
        #expect(try user["type"]?.string() == "category")
        #expect(try user["distinct"]?.int() == 4)
        let page = try server.get("/datasets/users/rows?limit=1")
        #expect(try page["rows", "0", "values", "user"]?.string() == "1800000000000000010", "\(page.text)")
    }

    @Test func `dates that could be of two formats are words, of which none is missing`() throws {
        let reply = try put("doubtful-dates", "d,y\n01/02/2024,1\n03/04/2024,2\n05/06/2024,3\n")
        #expect(reply.status == 201, "\(reply.text)")
        #expect(!reply.text.contains("no value in any row"), "\(reply.text)")
        #expect(reply.text.contains("can't be told apart"))
        let date = try #require(reply["columns"]?.elements.first { _ in true })
        #expect(try date["distinct"]?.int() == 3)
        #expect(try date["missing"]?.int() == 0)
    }

    @Test(arguments: [
        ("a,y\n1.5,1\n1e400,2\n", "text/csv"), ("a,w,y\n1.5,x,1\n1e39,y,2\n", "text/csv"),
        (#"[{"a": [1, 2], "w": "x"}, {"a": [1e300, 1], "w": "y"}]"#, "application/json"),
    ])
    func `numbers that no float comes near are refused with their place`(text: String, contentType: String) throws {
        let reply = try put("endless", text, contentType)
        #expect(reply.status == 422, "\(reply.text)")
        #expect(reply.text.contains("3.4e38") || reply.text.contains("finite"), "\(reply.text)")
        #expect(reply.text.contains("2") && reply.text.contains("\\\"a\\\""), "\(reply.text)")
    }

    @Test func `pandas' orient=table leaves its primary key out`() throws {
        let reply = try put(
            "oriented",
            """
            {"schema": {"fields": [{"name": "index", "type": "integer"}, {"name": "a", "type": "number"}],
             "primaryKey": ["index"]}, "data": [{"index": 0, "a": 1.5, "y": "p"}, {"index": 1, "a": 2.5, "y": "q"}]}
            """,
            "application/json"
        )
        #expect(reply.status == 201, "\(reply.text)")
        #expect(try reply["defaults", "inputs"]?.elements.map { try $0.string() } == ["a"])
        #expect(reply.text.contains("labels of the rows"))
    }

    @Test func `what is wrong with records and columns is told by their names`() throws {
        for (json, words) in [
            (#"{"a": [1, 2], "s": ["x"]}"#, #"column \"s\""#),
            (#"{"columns": ["a", "y"], "data": [[1, 2], [3]]}"#, "record 2"),
            (#"[{"v": [1, 2, 3], "y": 1}, {"v": [4, 5], "y": 2}]"#, #"\"v\""#),
        ] {
            let reply = try put("uneven", json, "application/json")
            #expect(reply.status == 422)
            #expect(reply.text.contains(words), "\(reply.text)")
        }
        let archive = StoredZip.archive([
            (name: "metadata.csv", content: Array("file,y\n1.jpg,1.5\n".utf8)),
            (name: "1.jpg", content: [0xFF, 0xD8, 0xFF, 0xE0]),
        ])
        let reply = try TestServer.shared().put("/datasets/nameless", archive, contentType: "application/zip")
        #expect(reply.status == 422)
        #expect(reply.text.contains("file_name") && !reply.text.contains("query parameter"), "\(reply.text)")
    }

    @Test func `a dataset's tag answers whether it has changed, and guards its removal`() throws {
        let server = try TestServer.shared()
        let tag = try #require(try put("tagged-away", "a,y\n1,2\n3,4\n").fields["etag"])
        #expect(try server.get("/datasets/tagged-away", ["-H", "If-None-Match: \(tag)"]).status == 304)
        #expect(try server.get("/datasets/tagged-away", ["-H", #"If-None-Match: "0""#]).status == 200)
        let other = try server.curl("DELETE", "/datasets/tagged-away", ["-H", #"If-Match: "0""#])
        #expect(other.status == 412, "\(other.text)")
        #expect(try server.get("/datasets/tagged-away").status == 200)
        #expect(try server.curl("DELETE", "/datasets/tagged-away", ["-H", "If-Match: \(tag)"]).status == 204)
        #expect(try server.get("/datasets/tagged-away").status == 404)
    }

    @Test func `a table has an answer for each record, in the encoding that it names, and dates are days`() throws {
        let server = try TestServer.shared()
        let rows = (0..<60).map { "2024-0\(1 + $0 % 9)-15,\($0 % 2 == 0 ? "Ä" : "b"),\($0 % 2 == 0 ? "yes" : "no")" }
        #expect(try put("dated", "when,letter,y\n" + rows.joined(separator: "\n")).status == 201)
        let model = try server.post(
            "/models",
            #"{"name": "dated", "preset": "table", "dataset": "dated", "target": "y"}"#
        )
        #expect(model.status == 201, "\(model.text)")
        _ = try server.trained(#"{"model": "dated", "dataset": "dated", "epochs": 1}"#)
        let days = try server.post("/predict", #"{"model": "dated", "instances": [{"when": 19858, "letter": "b"}]}"#)
        let date = try server.post(
            "/predict",
            #"{"model": "dated", "instances": [{"when": "2024-05-15", "letter": "b"}]}"#
        )
        #expect(date.status == 200, "\(date.text)")
        #expect(date["predictions"]?.source == days["predictions"]?.source)
        let table = "when,letter\n2024-05-15,b\n,\n2024-05-15,b\n"
        let records = try server.send("POST", "/predict?model=dated", text: table, contentType: "text/csv")
        #expect(try #require(records["predictions"]).count == 3, "\(records.text)")
        let latin = try server.send(
            "POST",
            "/predict?model=dated",
            Array("when,letter\n2024-05-15,".utf8) + [0xC4, 0x0A],
            contentType: "text/csv; charset=windows-1252"
        )
        let word = try server.post("/predict", #"{"model": "dated", "instances": [{"when": 19858, "letter": "Ä"}]}"#)
        #expect(latin.status == 200, "\(latin.text)")
        #expect(latin["predictions"]?.source == word["predictions"]?.source)
        #expect(!latin.text.contains("notes"), "\(latin.text)")
    }
}
