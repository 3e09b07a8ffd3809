import Foundation
import JSON
import Testing

@Suite(.sharedServer) struct RefusedDatasetTests {
    /// An upload that must be refused.
    struct Upload: CustomTestStringConvertible, Sendable {
        let query: String
        let contentType: String
        let row: RefusedRow

        var testDescription: String { row.name }

        init(csv query: String, _ row: RefusedRow) {
            self.init(query, "text/csv", row)
        }

        init(_ query: String, _ contentType: String, _ row: RefusedRow) {
            self.query = query
            self.contentType = contentType
            self.row = row
        }
    }

    static let uploads: [Upload] = [
        Upload(csv: "", RefusedRow("an empty file", "", "the upload is empty")),
        Upload(csv: "", RefusedRow("a header alone", "a,b\n", "no row below its header")),
        Upload(csv: "", RefusedRow("a short record", "a,b,c\n1,2,3\n1,2\n", "line 3: expected 3 cells")),
        Upload(
            csv: "?target_kind=value",
            RefusedRow("a word among the inputs", "a,b\nx,2\n", #"line 2, column "a": expected a number, found "x""#)
        ),
        Upload(csv: "?shape=1", RefusedRow("not a number", "a,b\nnan,2\n", "expected a finite number")),
        Upload(csv: "?shape=1", RefusedRow("an infinite number", "a,b\n1e39,2\n", #"column "a""#)),
        Upload(csv: "?target=z", RefusedRow("an unknown column", "a,b\n1,2\n", status: 400, #"unknown column "z""#)),
        Upload(csv: "?shape=3", RefusedRow("a shape that doesn't fit", "a,b,c\n1,2,3\n", status: 400, "product is 2")),
        Upload(
            csv: "?window=5",
            RefusedRow("a window longer than the series", "a\n1\n2\n", status: 400, "the series has 2 records")
        ),
        Upload(csv: "?window=0", RefusedRow("an empty window", "a\n1\n2\n", status: 400, #"found "0""#)),
        Upload(csv: "?test_split=1", RefusedRow("nothing to train on", "a,b\n1,2\n", status: 400, "test_split")),
        Upload(
            csv: "?test_splt=0.1",
            RefusedRow("an unknown parameter", "a,b\n1,2\n", status: 400, #"did you mean "test_split"?"#)
        ),
        Upload(
            "",
            "application/json",
            RefusedRow("ragged rows", #"{"x": [[1, 2], [3]], "y": [1, 2]}"#, at: "/x/1", "found an array of 1")
        ),
        Upload(
            "",
            "application/json",
            RefusedRow("an unknown member", #"{"x": [[1]], "y": [1], "z": 1}"#, at: "/z", "unknown key")
        ),
        Upload("", "application/json", RefusedRow("half an object", #"{"x": ["#, status: 400, "not JSON")),
        Upload("", "image/png", RefusedRow("another type", "a", status: 415, "expected one of text/csv")),
        Upload("", "multipart/form-data", RefusedRow("a form without a boundary", "a", status: 400, "boundary")),
        Upload(
            "",
            "multipart/form-data; boundary=x",
            RefusedRow("a form that breaks off", "--x\r\n", status: 400, "multipart body")
        ),
    ]

    @Test(arguments: uploads)
    func `a wrong upload is refused with its place and a sentence, and leaves nothing`(upload: Upload) throws {
        let server = try TestServer.shared()

        let reply = try server.put(
            "/datasets/d\(upload.query)",
            Array(upload.row.body.utf8),
            contentType: upload.contentType
        )

        try upload.row.check(reply)
        #expect(try server.get("/datasets/d").status == 404)
    }

    @Test(arguments: ["..x", "a%2Fb", "inline-a", "-a"])
    func `a name that isn't one is refused`(name: String) throws {
        let reply = try TestServer.shared().put(
            "/datasets/\(name)",
            Array("a,b\n1,2\n2,3\n".utf8),
            contentType: "text/csv"
        )
        #expect(reply.status == 422)
        #expect(reply.text.contains("dataset name"))
    }

    @Test func `what comes with the program can't be replaced or removed`() throws {
        let server = try TestServer.shared()
        let put = try server.put("/datasets/digits", Array("a,b\n1,2\n2,3\n".utf8), contentType: "text/csv")
        #expect(put.status == 409)
        #expect(try server.curl("DELETE", "/datasets/digits").status == 409)
        #expect(try server.get("/datasets/digits")["rows"]?.int() == 1437)
    }
}
