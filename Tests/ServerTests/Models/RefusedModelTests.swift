import JSON
import Testing

@Suite(.sharedServer) struct RefusedModelTests {
    private static func model(_ layers: String, shape: String = "[8, 8, 1]", _ more: String = "") -> String {
        #"{"name": "m", "input_shape": \#(shape), "layers": [\#(layers)]\#(more)}"#
    }

    static let rows: [RefusedRow] = [
        RefusedRow(
            "an unknown layer",
            model(#"{"type": "Gru", "units": 2}"#),
            at: "/layers/0/type",
            #"unknown layer "Gru"; did you mean "GRU"?"#
        ),
        RefusedRow(
            "an unknown key",
            model(#"{"type": "Dense", "units": 2, "unit": 3}"#),
            at: "/layers/0/unit",
            #"unknown key "unit"; did you mean "units"?"#
        ),
        RefusedRow("no units", model(#"{"type": "Dense"}"#), at: "/layers/0/units", "missing; expected an integer"),
        RefusedRow(
            "zero units",
            model(#"{"type": "Dense", "units": 0}"#),
            at: "/layers/0/units",
            "expected an integer from 1 to 65536, found 0"
        ),
        RefusedRow(
            "a negative kernel",
            model(#"{"type": "Conv2D", "filters": 2, "kernel_size": [3, -1]}"#),
            at: "/layers/0/kernel_size/1",
            "found -1"
        ),
        RefusedRow(
            "half a unit",
            model(#"{"type": "Dense", "units": 1.5}"#),
            at: "/layers/0/units",
            "found 1.5"
        ),
        RefusedRow(
            "a rate above 1",
            model(#"{"type": "Dropout", "rate": 1.5}"#),
            at: "/layers/0/rate",
            "expected a number from 0 to 1, found 1.5"
        ),
        RefusedRow(
            "a layer whose input has the wrong rank",
            model(#"{"type": "Flatten"}, {"type": "Conv2D", "filters": 2, "kernel_size": 3}"#),
            at: "/layers/1",
            #""conv2d" needs [height, width, channels], but "flatten" gives [64]"#
        ),
        RefusedRow(
            "a kernel larger than its input",
            model(#"{"type": "MaxPooling2D"}, {"type": "Conv2D", "filters": 2, "kernel_size": 5}"#),
            at: "/layers/1",
            #""max_pooling2d" gives [4, 4, 1]"#
        ),
        RefusedRow("no layers", model(""), at: "/layers", "found an empty array"),
        RefusedRow(
            "a shape with a zero",
            model(#"{"type": "Flatten"}"#, shape: "[8, 0]"),
            at: "/input_shape/1",
            "expected an integer from 1"
        ),
        RefusedRow(
            "a name with a slash",
            #"{"name": "a/b", "input_shape": [1], "layers": [{"type": "Flatten"}]}"#,
            at: "/name",
            #"found "a/b""#
        ),
        RefusedRow(
            "a seed past 2^53",
            model(#"{"type": "Flatten"}"#, #", "seed": 9007199254740993"#),
            at: "/seed",
            "past 2^53"
        ),
        RefusedRow(
            "two layers of one name",
            model(#"{"type": "Flatten", "name": "a"}, {"type": "Dense", "units": 1, "name": "a"}"#),
            at: "/layers/1/name",
            "names are unique"
        ),
        RefusedRow(
            "an unknown activation",
            model(#"{"type": "Dense", "units": 1, "activation": "rel"}"#),
            at: "/layers/0/activation",
            #"did you mean "relu"?"#
        ),
        RefusedRow(
            "more weights than a machine holds",
            model(#"{"type": "Dense", "units": 65536}, {"type": "Dense", "units": 65536}"#),
            at: "/layers/1",
            "parameters; the limit is 268435456"
        ),
        RefusedRow("no object", "[]", at: "", "expected an object, found an empty array"),
        RefusedRow("half an object", #"{"name": "m""#, status: 400, "line 1, column 13"),
        RefusedRow("nothing", "", status: 400, "the end of the text"),
        RefusedRow(
            "a nest of 10,000 arrays",
            String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
            status: 400,
            "nest deeper than 64"
        ),
        RefusedRow("a key twice", #"{"name": "m", "name": "n"}"#, status: 400, #"the key "name" occurs twice"#),
    ]

    @Test(arguments: rows)
    func `a wrong model is refused with its place and a sentence, and leaves nothing`(row: RefusedRow) throws {
        let server = try TestServer.shared()

        try row.check(server.post("/models", row.body))

        #expect(try server.get("/models")["models"]?.count == 0)
    }

    @Test func `every fault of a model is listed`() throws {
        let body = """
            {"name": "a b", "input_shape": [0], "layers": [{"type": "Dens"}, {"type": "Dropout", "rate": 2}], "x": 1}
            """

        let reply = try TestServer.shared().post("/models", body)

        let places = reply.faults.map { String($0.prefix { $0 != " " }) }
        #expect(places == ["/name", "/input_shape/0", "/layers/0/type", "/layers/1/rate", "/x"])
    }
}
