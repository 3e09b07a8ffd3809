import JSON
import Testing

struct DatasetTests {
    @Test func `the program brings the digits and the sunspots`() throws {
        try withServer { server in
            let list = try server.get("/datasets")
            let names = try #require(list["datasets"]).elements.map { try $0["name"]?.string() }
            #expect(names == ["digits", "sunspots"])
            let digits = try server.get("/datasets/digits")
            #expect(try #require(try digits["rows"]?.int()) + #require(try digits["test_rows"]?.int()) == 1797)
            #expect(try digits["input_shape"]?.ints() == [8, 8, 1])
            #expect(try digits["target", "classes"]?.int() == 10)
            let sunspots = try server.get("/datasets/sunspots")
            #expect(try sunspots["kind"]?.string() == "series")
            #expect(try sunspots["input_shape"]?.ints() == [24, 1])
        }
    }

    @Test func `a table with words as labels is learned, and the words come back`() throws {
        try withServer { server in
            let table = (0..<40).map { "\($0 % 2 * 4 - 2),\($0 % 3),\($0 % 2 == 0 ? "cat" : "dog")" }
            let csv = "a,b,animal\n" + table.joined(separator: "\n") + "\n"
            let put = try server.put("/datasets/animals?test_split=0.25", Array(csv.utf8), contentType: "text/csv")
            #expect(put.status == 201)
            #expect(put.fields["location"] == "/datasets/animals")
            #expect(try put["rows"]?.int() == 30)
            #expect(try put["test_rows"]?.int() == 10)
            #expect(try put["target", "labels", "1"]?.string() == "dog")
            #expect(try put["columns", "0", "name"]?.string() == "a")

            try server.define(
                #"{"name":"m","input_shape":[2],"layers":[{"type":"Dense","units":2,"activation":"softmax"}]}"#
            )
            let job = try server.trained(
                #"{"model":"m","dataset":"animals","epochs":60,"optimizer":{"type":"Adam","learning_rate":0.05},"loss":"sparse_categorical_crossentropy","metrics":["accuracy"]}"#
            )
            #expect(try job["metrics", "test_accuracy"]?.double() == 1)
            let answer = try server.post("/predict", #"{"model":"m","instances":[[2,1],[-2,1]]}"#)
            #expect(try answer["classes"]?.ints() == [1, 0])
            #expect(try answer["labels"]?.elements.map { try $0.string() } == ["dog", "cat"])
        }
    }

    @Test func `a series becomes windows in time order, the last for testing`() throws {
        try withServer { server in
            let csv = "t,v\n" + (0..<50).map { "\($0),\($0 * $0)" }.joined(separator: "\n") + "\n"
            let put = try server.put(
                "/datasets/squares?target=v&window=8&columns=t,v&test_split=0.5",
                Array(csv.utf8),
                contentType: "text/csv"
            )
            #expect(put.status == 201)
            #expect(try put["kind"]?.string() == "series")
            #expect(try put["input_shape"]?.ints() == [8, 2])
            #expect(try put["rows"]?.int() == 21)
            #expect(try put["test_rows"]?.int() == 21)
        }
    }

    @Test func `NPY files in a form become images with labels`() throws {
        try withServer { server in
            let folder = try TemporaryFolder()
            func npy(_ type: String, _ shape: String, _ bytes: [UInt8]) -> [UInt8] {
                var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
                header += String(repeating: " ", count: (64 - (11 + header.utf8.count) % 64) % 64) + "\n"
                return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + bytes
            }
            let x = try folder.write(npy("|u1", "(4, 2, 2)", (0..<16).map { $0 }), to: "x.npy")
            let y = try folder.write(npy("|u1", "(4,)", [0, 1, 2, 1]), to: "y.npy")

            let put = try server.curl("PUT", "/datasets/tiny", ["--form", "x=@\(x)", "--form", "y=@\(y)"])

            #expect(put.status == 201, "\(put.text)")
            #expect(try put["kind"]?.string() == "images")
            #expect(try put["input_shape"]?.ints() == [2, 2, 1])
            #expect(try put["target", "classes"]?.int() == 3)
        }
    }

    @Test func `an upload of that name replaces the dataset, and it can be removed`() throws {
        try withServer { server in
            func put(_ rows: Int) throws -> Reply {
                let csv = "a,b\n" + (0..<rows).map { "\($0),\($0).5" }.joined(separator: "\n") + "\n"
                return try server.put("/datasets/d?test_split=0", Array(csv.utf8), contentType: "text/csv")
            }
            #expect(try put(3).status == 201)
            let replaced = try put(5)
            #expect(replaced.status == 200)
            #expect(try replaced["rows"]?.int() == 5)
            #expect(try server.curl("DELETE", "/datasets/d").status == 204)
            #expect(try server.get("/datasets/d").status == 404)
            #expect(try server.curl("DELETE", "/datasets/d").status == 404)
        }
    }

    @Test func `a dataset that a job uses can't be replaced or removed`() throws {
        try withServer { server in
            let csv = Array(("a,b\n" + (0..<64).map { "\($0),\($0).5" }.joined(separator: "\n") + "\n").utf8)
            #expect(try server.put("/datasets/d", csv, contentType: "text/csv").status == 201)
            try server.define(
                #"{"name":"m","input_shape":[1],"layers":[{"type":"Rescaling","scale":0.01},{"type":"Dense","units":1}]}"#
            )
            let id = try server.train(#"{"model":"m","dataset":"d","epochs":1000000,"loss":"mse"}"#)

            #expect(try server.put("/datasets/d", csv, contentType: "text/csv").status == 409)
            #expect(try server.curl("DELETE", "/datasets/d").status == 409)
            #expect(try server.post("/jobs/\(id)/cancel").status == 200)
        }
    }

    @Test func `a client that leaves in the middle of an upload leaves no dataset`() throws {
        try withServer { server in
            let socket = try RawSocket(port: server.port)
            try socket.send(
                "PUT /datasets/half HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\na,b\n1,2\n2,3\n"
            )
            socket.close()

            #expect(try server.get("/datasets/half").status == 404)
            let again = try server.put("/datasets/half", Array("a,b\n1,2\n2,3\n".utf8), contentType: "text/csv")
            #expect(again.status == 201)
        }
    }
}
