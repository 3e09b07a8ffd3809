import JSON
import Testing

struct FloatArrayTests {
    private func read(_ text: String, shape: [Int]) throws -> [Float] {
        let value = try JSONDocument(parsing: text).root
        var floats = [Float](repeating: .nan, count: shape.reduce(1, *))
        try floats.withUnsafeMutableBufferPointer { try value.readFloats(shape: shape, into: $0) }
        return floats
    }

    private func fault(_ text: String, shape: [Int]) throws -> Fault {
        try #require(throws: Fault.self) { try read(text, shape: shape) }
    }

    private func tensorFault(_ text: String) throws -> Fault {
        try #require(throws: Fault.self) { try JSONDocument(parsing: text).root.readTensor() }
    }

    @Test(arguments: [
        "[[[1],[2],[3]],[[4],[5],[6]]]", "[1,2,3,4,5,6]", " [ [ [1.0] ,[ 2e0],[3]] , [[4],[5],[ 0.6e1 ] ] ] ",
    ])
    func `an instance is nested by its shape or flat`(text: String) throws {
        #expect(try read(text, shape: [2, 3, 1]) == [1, 2, 3, 4, 5, 6])
    }

    @Test func `a shape of no axes takes a bare number and a shape without room an empty array`() throws {
        #expect(try read("2.5", shape: []) == [2.5])
        #expect(try read("[]", shape: [0]) == [])
        #expect(try read("[[],[]]", shape: [2, 0]) == [])
    }

    @Test(
        arguments: [
            ("[1,2,3]", [4], "", "expected an array of 4 (axis 0 of the shape [4]), found an array of 3"),
            (
                "[1,2,3]", [2, 2], "",
                "expected an array of shape [2, 2], nested or flat with 4 numbers, found an array of 3"
            ),
            (
                "[]", [2, 2], "",
                "expected an array of shape [2, 2], nested or flat with 4 numbers, found an empty array"
            ),
            ("[[1,2],[3]]", [2, 2], "/1", "expected an array of 2 (axis 1 of the shape [2, 2]), found an array of 1"),
            ("[[1,2],3]", [2, 2], "/1", "expected an array of 2 (axis 1 of the shape [2, 2]), found 3"),
            ("[[1,2],[3,null]]", [2, 2], "/1/1", "expected a number, found null"),
            ("[[1,2],[\"3\",4]]", [2, 2], "/1/0", "expected a number, found \"3\""),
            ("[[[1],[2]],[[3],[4]]]", [2, 2], "/0/0", "expected a number, found an array of 1"),
            ("[1,null,3]", [3], "/1", "expected a number, found null"),
            ("[1,[],3]", [3], "/1", "expected a number, found an empty array"),
            ("[1,2,1e39]", [3], "/2", "expected a number within ±3.4e38, the range of 32-bit floats, found 1e39"),
            ("5", [1], "", "expected an array of shape [1], found 5"),
            ("{}", [1], "", "expected an array of shape [1], found an object"),
            ("null", [], "", "expected a number, found null"),
        ] as [(String, [Int], String, String)]
    )
    func `what does not fit the shape is told with its place`(
        text: String,
        shape: [Int],
        pointer: String,
        detail: String
    ) throws {
        #expect(try fault(text, shape: shape) == Fault(pointer: pointer, detail: detail))
    }

    @Test func `the pointer starts at the root of the body, not at the array`() throws {
        let document = try JSONDocument(parsing: #"{"instances": [[1, 2], [1, "x"]]}"#)
        let rows = try #require(document.root["instances"]).elements.map { $0 }
        var floats: [Float] = [0, 0]
        try floats.withUnsafeMutableBufferPointer { try rows[0].readFloats(shape: [2], into: $0) }
        #expect(floats == [1, 2])

        let error = try #require(throws: Fault.self) {
            try floats.withUnsafeMutableBufferPointer { try rows[1].readFloats(shape: [2], into: $0) }
        }

        #expect(error.pointer == "/instances/1/1")
    }

    @Test(
        arguments: [
            ("7", [], [7]), ("[]", [0], []), ("[[],[]]", [2, 0], []), ("[1,2]", [2], [1, 2]),
            ("[[1,2,3]]", [1, 3], [1, 2, 3]),
            ("[[[1],[2]],[[3],[4]],[[5],[6]]]", [3, 2, 1], [1, 2, 3, 4, 5, 6]),
        ] as [(String, [Int], [Float])]
    )
    func `the shape of a rectangular nest is found`(text: String, shape: [Int], values: [Float]) throws {
        let tensor = try JSONDocument(parsing: text).root.readTensor()

        #expect(tensor.shape == shape)
        #expect(tensor.values == values)
    }

    @Test(arguments: [
        ("[[1,2],[3]]", "/1", "expected an array of 2, like those before it, found an array of 1"),
        ("[[1],[2,3]]", "/1", "expected an array of 1, like those before it, found an array of 2"),
        ("[[1],2]", "/1", "expected an array of 1, like those before it, found 2"),
        ("[1,[2]]", "/1", "expected a number, found an array of 1"),
        ("[[],[1]]", "/1", "expected an array of 0, like those before it, found an array of 1"),
        ("[[[1,2],[3,4]],[[5,6]]]", "/1", "expected an array of 2, like those before it, found an array of 1"),
        ("[\"a\"]", "/0", "expected a number, found \"a\""),
        ("{}", "", "expected a number, found an object"),
        (
            "[[[0,0,0,0,0,0,0,0]],1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "/1",
            "expected an array of 1, like those before it, found 1"
        ),
    ])
    func `a ragged nest is told with the array that differs`(text: String, pointer: String, detail: String) throws {
        #expect(try tensorFault(text) == Fault(pointer: pointer, detail: detail))
    }

    @Test func `a first row that promises more than memory holds is refused, not allocated`() throws {
        let row = "[" + Array(repeating: "0", count: 2000).joined(separator: ",") + "]"
        let nest = String(repeating: "[", count: 40) + row + String(repeating: "]", count: 40)
        let wide = "[" + ([nest] + Array(repeating: "1", count: 5000)).joined(separator: ",") + "]"

        #expect(try tensorFault(wide).pointer == "/1")
    }

    @Test func `a million numbers come back as written`() throws {
        let numbers = (0..<1_000_000).map { Float($0) / 8 }
        var json = JSONWriter()
        numbers.withUnsafeBufferPointer { json.write($0, shape: [1000, 1000]) }

        let tensor = try JSONDocument(parsing: json.bytes).root.readTensor()

        #expect(tensor.shape == [1000, 1000])
        #expect(tensor.values == numbers)
    }
}
