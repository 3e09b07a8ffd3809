import Foundation
import JSON
import Testing

/// The same instance asked in every dialect.
@Suite(.sharedServer)
struct AgreementTests {
    private static let instance = "[[[0.25],[-1.5]],[[3.1],[0.7]]]"
    private static let numbers: [Float] = [0.25, -1.5, 3.1, 0.7]

    private func define(_ name: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "\(name)", "input_shape": [2, 2, 1], "seed": 5, "layers": [
              {"type": "Conv2D", "filters": 3, "kernel_size": 2, "padding": "same", "activation": "tanh"},
              {"type": "Flatten"}, {"type": "Dense", "name": "out", "units": 5, "activation": "softmax"}]}
            """
        )
        return server
    }

    @Test func `every dialect answers the bits of the native one`() throws {
        let name = "agreed"
        let server = try define(name)
        let native = try server.post("/predict", #"{"model": "\#(name)", "instances": [\#(Self.instance)]}"#)
        let wanted = try native.floats("predictions")
        #expect(native.status == 200 && wanted.count == 5)

        let flat = "[0.25,-1.5,3.1,0.7]"
        let input = #""name":"input","shape":[1,2,2,1],"datatype":"FP32""#
        let inference = "/v2/models/\(name)/infer"
        #expect(
            try server.send(inference, #"{"inputs":[{\#(input),"data":\#(flat)}]}"#).floats("outputs", "0", "data")
                == wanted
        )
        #expect(
            try server.send(inference, #"{"inputs":[{\#(input),"data":[\#(Self.instance)]}]}"#)
                .floats("outputs", "0", "data") == wanted
        )
        let binary = TensorBody(
            json:
                #"{"inputs":[{\#(input),"parameters":{"binary_data_size":16}}],"parameters":{"binary_data_output":true}}"#,
            tensors: [TensorBody.floats(Self.numbers)]
        )
        let packed = try server.send(inference, bytes: binary.bytes, binary.field)
        #expect(packed.fields["content-type"] == "application/octet-stream")
        #expect(try TensorBody.floats(in: packed.parts().tensors) == wanted)
        let raw = try server.send(
            inference,
            bytes: TensorBody.floats(Self.numbers),
            ["--header", "Inference-Header-Content-Length: 0"]
        )
        #expect(try TensorBody.floats(in: raw.parts().tensors) == wanted, "\(raw.text)")

        let serving = "/v1/models/\(name):predict"
        #expect(try server.send(serving, #"{"instances":[\#(Self.instance)]}"#).floats("predictions") == wanted)
        #expect(
            try server.send(serving, #"{"instances":[{"input":\#(Self.instance)}]}"#).floats("predictions") == wanted
        )
        #expect(try server.send(serving, #"{"inputs":[\#(Self.instance)]}"#).floats("outputs") == wanted)
        #expect(try server.send(serving, #"{"inputs":{"input":[\#(Self.instance)]}}"#).floats("outputs") == wanted)
        let classified = try server.send("/v1/models/\(name):classify", #"{"examples":[{"input":\#(flat)}]}"#)
        let scores = try #require(classified["results", "0"]?.elements.map { try $0[1]?.float() })
        #expect(scores == wanted, "\(classified.text)")

        let invocations = "/invocations?model=\(name)"
        #expect(try server.send(invocations, #"{"inputs":[\#(Self.instance)]}"#).floats("predictions") == wanted)
        #expect(try server.send(invocations, #"{"instances":[\#(Self.instance)]}"#).floats("predictions") == wanted)
        #expect(
            try server.send(invocations, #"{"dataframe_split":{"data":[\#(flat)]}}"#).floats("predictions") == wanted
        )
        #expect(try server.send(invocations, "[\(Self.instance)]").floats("predictions") == wanted)
        #expect(
            try server.send(invocations, "\(Self.instance)\n", ["--header", "Content-Type: application/jsonlines"])
                .floats("predictions") == wanted
        )
        let csv = ["--header", "Content-Type: text/csv"]
        #expect(try server.send(invocations, "0.25,-1.5,3.1,0.7\n", csv).floats("predictions") == wanted)
        let lines = try server.send(
            invocations,
            "a,b,c,d\n0.25,-1.5,3.1,0.7\n",
            csv + ["--header", "Accept: text/csv"]
        )
        #expect(lines.text.split(whereSeparator: { ",\n".contains($0) }).compactMap { Float($0) } == wanted)
        let array = try server.send(
            invocations,
            bytes: NPYFile.floats([1, 2, 2, 1], Self.numbers),
            ["--header", "Content-Type: application/x-npy", "--header", "Accept: application/x-npy"]
        )
        #expect(NPYFile.parts(of: array.body).1 == wanted)
        let type = "application/vnd.sagemaker-triton.binary+json;json-header-size=\(binary.json.utf8.count)"
        let typed = try server.send(invocations, bytes: binary.bytes, ["--header", "Content-Type: \(type)"])
        let length = try #require(typed.fields["content-type"]?.split(separator: "=").last.flatMap { Int($0) })
        #expect(TensorBody.floats(in: typed.body[length...]) == wanted)
    }

    private static let datatypes: [(String, [UInt8], String)] = [
        ("BOOL", [1, 0, 1, 1], "[true,false,true,true]"), ("UINT8", [1, 0, 1, 1], "[1,0,1,1]"),
        ("INT8", [1, 0, 1, 1], "[1,0,1,1]"), ("UINT16", [1, 0, 0, 0, 1, 0, 1, 0], "[1,0,1,1]"),
        ("INT16", [1, 0, 0, 0, 1, 0, 1, 0], "[1,0,1,1]"),
        ("UINT32", [1, 0, 1, 1].flatMap { TensorBody.bytes(UInt32($0)) }, "[1,0,1,1]"),
        ("INT32", [1, 0, 1, 1].flatMap { TensorBody.bytes(Int32($0)) }, "[1,0,1,1]"),
        ("UINT64", [1, 0, 1, 1].flatMap { TensorBody.bytes(UInt64($0)) }, "[1,0,1,1]"),
        ("INT64", [1, 0, 1, 1].flatMap { TensorBody.bytes(Int64($0)) }, "[1,0,1,1]"),
        ("FP16", [0, 0x3C, 0, 0, 0, 0x3C, 0, 0x3C], "[1,0,1,1]"),
        ("BF16", [0x80, 0x3F, 0, 0, 0x80, 0x3F, 0x80, 0x3F], "[1,0,1,1]"),
        ("FP32", TensorBody.floats([1, 0, 1, 1]), "[1,0,1,1]"),
        ("FP64", [1, 0, 1, 1].flatMap { TensorBody.bytes(Double($0).bitPattern) }, "[1,0,1,1]"),
    ]

    @Test func `every datatype of numbers is the same numbers, in bytes and in JSON`() throws {
        let name = "datatypes"
        let server = try define(name)
        let native = try server.post("/predict", #"{"model": "\#(name)", "instances": [[[[1],[0]],[[1],[1]]]]}"#)
        let wanted = try native.floats("predictions")
        for (datatype, bytes, data) in Self.datatypes {
            let input = #""name":"input","shape":[1,2,2,1],"datatype":"\#(datatype)""#
            let body = TensorBody(
                json: #"{"inputs":[{\#(input),"parameters":{"binary_data_size":\#(bytes.count)}}]}"#,
                tensors: [bytes]
            )
            let binary = try server.send("/v2/models/\(name)/infer", bytes: body.bytes, body.field)
            #expect(
                try binary.status == 200 && binary.floats("outputs", "0", "data") == wanted,
                "\(datatype) \(binary.text)"
            )
            let json = try server.send("/v2/models/\(name)/infer", #"{"inputs":[{\#(input),"data":\#(data)}]}"#)
            #expect(
                try json.status == 200 && json.floats("outputs", "0", "data") == wanted,
                "\(datatype) \(json.text)"
            )
        }
    }

    @Test(arguments: [
        ("UINT32", TensorBody.bytes(UInt32.max), "4294967295", Float(UInt32.max)),
        ("INT32", TensorBody.bytes(Int32(-16_777_217)), "-16777217", -16_777_216),
        ("UINT64", TensorBody.bytes(UInt64.max), "18446744073709551615", Float(UInt64.max)),
        ("INT64", TensorBody.bytes(Int64.min), "-9223372036854775808", Float(Int64.min)),
        ("INT64", TensorBody.bytes(Int64(9_007_199_254_740_993)), "9007199254740993", 9_007_199_254_740_992),
    ])
    func `whole numbers are the nearest float, in bytes and in JSON`(
        datatype: String,
        bytes: [UInt8],
        number: String,
        expected: Float
    ) throws {
        let name = "rounded-\(datatype)-\(expected.bitPattern)"
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "\#(name)", "input_shape": [1], "layers": [{"type": "Rescaling", "scale": 1}]}"#
        )
        let input = #""name":"input","shape":[1,1],"datatype":"\#(datatype)""#
        let body = TensorBody(
            json: #"{"inputs":[{\#(input),"parameters":{"binary_data_size":\#(bytes.count)}}]}"#,
            tensors: [bytes]
        )
        let binary = try server.send("/v2/models/\(name)/infer", bytes: body.bytes, body.field)
        #expect(try binary.floats("outputs", "0", "data") == [expected], "\(binary.text)")
        let json = try server.send("/v2/models/\(name)/infer", #"{"inputs":[{\#(input),"data":[\#(number)]}]}"#)
        #expect(try json.floats("outputs", "0", "data") == [expected], "\(json.text)")
    }

    @Test(arguments: [
        ("INT64", "9223372036854775808"), ("UINT64", "18446744073709551616"), ("UINT64", "-1"), ("INT64", "1.5"),
    ])
    func `what is no whole number of the datatype is refused`(datatype: String, number: String) throws {
        let name = "unrounded-\(datatype)\(number)"
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "\#(name)", "input_shape": [1], "layers": [{"type": "Rescaling", "scale": 1}]}"#
        )
        let input = #"{"name":"input","shape":[1,1],"datatype":"\#(datatype)","data":[\#(number)]}"#
        let answer = try server.send("/v2/models/\(name)/infer", #"{"inputs":[\#(input)]}"#)
        #expect(answer.status == 400 && answer["error"] != nil, "\(answer.text)")
    }
}
