import Interchange
import Testing

/// Files that are damaged or meant to do harm, and odd ones that are right.
@Suite struct ONNXHostileTests {
    @Test(arguments: ["typed_data", "constants", "initializers_as_inputs", "fixed_batch"])
    func readsOddFiles(name: String) throws {
        let model = try ONNXReader.read(ONNXFixture.bytes("hostile/\(name).onnx"))
        let (inputs, outputs) = try ONNXFixture.numbers("lenet")
        #expect(difference(try model.answers(to: inputs)[0].values, outputs[0].values) <= 1e-5)
    }

    @Test(arguments: [
        ("double", "/graph/node/"), ("unknown_op", "/graph/node/"), ("custom_domain", "/graph/node/"),
        ("cycle", "/graph/node/"), ("made_huge", "/graph/node/"), ("made_overflow", "/graph/node/"),
        ("tiled_huge", "/graph/node/"),
        ("short_raw", "/graph/initializer/"), ("dims_overflow", "/graph/initializer/"),
        ("dims_negative", "/graph/initializer/"),
        ("external_passwd", "/graph/initializer/"), ("external_absolute", "/graph/initializer/"),
        ("opset_99", "/opset_import"), ("deep", "/graph"), ("cut", ""), ("varint", ""), ("length", ""),
    ])
    func refusesWithThePlace(name: String, pointer: String) throws {
        let error = #expect(throws: InterchangeError.self) {
            try ONNXReader.read(ONNXFixture.bytes("hostile/\(name).onnx"))
        }
        let faults = try #require(error).faults
        #expect(faults.contains { $0.pointer.hasPrefix(pointer) }, "\(faults)")
    }

    @Test(arguments: [
        ("conv_kernel_shape", "kernel_shape [2, 2] for a kernel whose extents are [3, 3]"),
        ("convtranspose_kernel_shape", "kernel_shape [2, 2] for a kernel whose extents are [3, 3]"),
        ("resize_nan", "a scale of nan"), ("resize_infinite", "a scale of inf"),
        ("resize_size", "an extent of 8 resized to 1099511627776"), ("attention_heads", "heads [65536, 65536, 65536]"),
        ("attention_keys", "a mask for "), ("attention_causal", "or over too many"),
        ("pool_dilated", "dilations of a pooling over 1048576 places"),
        ("result_beyond", "a result of the extents [N, 65536, 65536]"),
        ("input_beyond", "the extents [N, 1048576, 1048576]"),
    ])
    func refusesNumbersThatCannotBe(name: String, reason: String) throws {
        let error = #expect(throws: InterchangeError.self) {
            try ONNXReader.read(ONNXFixture.bytes("hostile/\(name).onnx"))
        }
        let faults = try #require(error).faults
        #expect(faults.contains { $0.pointer.hasPrefix("/graph/") && $0.message.contains(reason) }, "\(faults)")
    }

    @Test func refusesNumbersOfAnotherFileEvenWhereThatWasSent() throws {
        let bytes = try ONNXFixture.bytes("hostile/external_passwd.onnx")
        let error = #expect(throws: InterchangeError.self) {
            try ONNXReader.read(bytes, beside: ["../../../../etc/passwd": [0, 0, 0, 0]])
        }
        #expect(error?.faults[0].message.contains("no plain file name") == true)
    }

    /// Cut anywhere, a file is refused or, where only what isn't needed is missing, read.
    @Test(arguments: ["lenet.legacy", "gru.dynamo", "multi_io.legacy", "tf2onnx_lstm"])
    func survivesCutsAtEveryByte(name: String) throws {
        let bytes = try ONNXFixture.bytes("\(name).onnx")
        var read = 0
        for end in 0..<bytes.count {
            do {
                _ = try ONNXReader.read(Array(bytes[..<end]))
                read += 1
            } catch {
                #expect(!error.faults.isEmpty)
            }
        }
        #expect(read < bytes.count / 2)
    }

    /// Any byte changed, a file is read or refused, and nothing else happens.
    @Test(arguments: ["conv1d.dynamo", "bi_lstm.legacy", "tf2onnx_conv_misc"])
    func survivesChangedBytes(name: String) throws {
        let bytes = try ONNXFixture.bytes("\(name).onnx")
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var changed = bytes
            changed[place] = bytes[place] ^ UInt8(truncatingIfNeeded: place &* 37 | 1)
            _ = try? ONNXReader.read(changed)
        }
    }
}
