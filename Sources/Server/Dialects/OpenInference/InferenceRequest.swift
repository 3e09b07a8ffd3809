import Features
import JSON

/// A request for inference, read as far as the model need not be known.
struct InferenceRequest: Sendable {
    /// An output that is asked for.
    struct Output: Sendable {
        let name: String
        /// Where the client names it, as a JSON pointer.
        let pointer: String
        /// Whether it goes in bytes; nil where the request as a whole says it.
        let isBinary: Bool?
        /// How many of the best classes are told in place of the numbers; nil for the numbers.
        let classes: Int?
    }

    /// What the answer has again; nil for none.
    let id: String?
    /// The tensors.
    let instances: TensorInstances
    /// The outputs that are asked for; nil for all.
    let outputs: [Output]?
    /// Whether outputs go in bytes unless they say otherwise.
    let isBinary: Bool
    /// Which requests go before others, the smallest number first.
    let priority: Int
    /// After how long the client doesn't want the answer any more; nil for never.
    let timeout: Duration?

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: JSON, and behind it the tensors that are bytes.
    ///   - headLength: How many bytes are JSON; nil for all.
    /// - Throws: `JSONSyntaxError`, or `FaultyInput`.
    init(_ body: [UInt8], headLength: Int?) throws {
        let end = headLength ?? body.count
        guard (0...body.count).contains(end) else {
            throw FaultyInput(
                "inference header size should be in range (0, \(body.count)), which is the length of the body; found \(end)"
            )
        }
        let root: JSONValue
        do throws(JSONSyntaxError) {
            root = try JSONDocument(parsing: end == body.count ? body : Array(body[..<end])).root
        } catch {
            guard headLength == nil, error.detail.contains("after the value") else { throw error }
            throw FaultyInput(
                "\(error.description); where bytes of tensors stand behind the JSON, the field "
                    + "Inference-Header-Content-Length has to tell the length of the JSON"
            )
        }
        guard root.kind == .object else { throw FaultyInput(root.mismatch("an object")) }
        let parameters = try InferenceParameters(root["parameters"])
        id = try Self.text(root["id"])
        isBinary = try parameters.flag("binary_data_output") ?? false
        priority = try parameters.priority
        timeout = try parameters.timeout
        try parameters.refuseSequences()
        outputs = try Self.outputs(root["outputs"])
        instances = TensorInstances(tensors: try Self.tensors(root, body: body, from: end), body: body)
    }

    /// The request whose whole body is the one input of a model, a single row; the outputs go in bytes.
    ///
    /// - Parameters:
    ///   - body: The elements.
    ///   - signature: What the model takes.
    /// - Throws: `FaultyInput` for a model of several inputs, or more or fewer bytes than its input has.
    init(raw body: [UInt8], _ signature: ModelSignature) throws(FaultyInput) {
        guard signature.inputs.count == 1 else {
            throw FaultyInput("a raw body is one input, and the model takes \(signature.inputs.count)")
        }
        let input = signature.inputs[0]
        var shape = input.elementShape
        let open = shape.indices.filter { shape[$0] == nil }
        guard open.count <= 1 else {
            throw FaultyInput("a raw body can't tell the extents of an input with \(open.count) open ones; send JSON")
        }
        let known = shape.reduce(1) { $0 * ($1 ?? 1) }
        var bytes = body
        if let size = input.datatype.size {
            if let place = open.first { shape[place] = known == 0 ? 0 : body.count / (known * size) }
            let wanted = shape.reduce(size) { $0 * ($1 ?? 1) }
            guard wanted == body.count else {
                throw FaultyInput(
                    "unexpected size for input \"\(input.name)\": expected \(open.isEmpty ? "" : "a multiple of ")"
                        + "\(open.isEmpty ? wanted : known * size) bytes, found \(body.count)"
                )
            }
        } else {
            if let place = open.first { shape[place] = 1 }
            bytes = withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) } + body
        }
        let tensor = GivenTensor(
            name: input.name,
            pointer: "",
            datatype: input.datatype,
            shape: [1] + shape.map { $0 ?? 1 },
            source: .binary(bytes.indices)
        )
        instances = TensorInstances(tensors: [tensor], body: bytes)
        (id, outputs, isBinary, priority, timeout) = (nil, nil, true, .max, nil)
    }

    private static func text(_ value: JSONValue?) throws(FaultyInput) -> String? {
        guard let value else { return nil }
        do throws(Fault) {
            let text = try value.string()
            return text.isEmpty ? nil : text
        } catch {
            throw FaultyInput(error)
        }
    }

    private static func outputs(_ value: JSONValue?) throws(FaultyInput) -> [Output]? {
        guard let value else { return nil }
        guard value.kind == .array else { throw FaultyInput(value.mismatch("an array of outputs")) }
        var outputs: [Output] = []
        for output in value.elements {
            guard let name = output["name"] else {
                throw FaultyInput(output.mismatch("an object with the \"name\" of an output"))
            }
            let parameters = try InferenceParameters(output["parameters"])
            if output["parameters"]?["shared_memory_region"] != nil { throw sharedMemory(output) }
            let classes = try parameters.count("classification", in: 0...1_000_000) ?? 0
            outputs.append(
                Output(
                    name: try text(name) ?? "",
                    pointer: output.pointer,
                    isBinary: try parameters.flag("binary_data"),
                    classes: classes == 0 ? nil : classes
                )
            )
        }
        return outputs.isEmpty ? nil : outputs
    }

    fileprivate static func sharedMemory(_ value: JSONValue) -> FaultyInput {
        FaultyInput(value, "there is no shared memory here; send the tensor in the body")
    }
}

/// The tensors of a request.
extension InferenceRequest {
    private static func tensors(_ root: JSONValue, body: [UInt8], from end: Int) throws(FaultyInput) -> [GivenTensor] {
        guard let list = root["inputs"], list.kind == .array, list.count > 0 else {
            throw FaultyInput(root["inputs"] ?? root, "expected \"inputs\", an array of one or more tensors")
        }
        var faults = Faults()
        var place = end
        var tensors: [GivenTensor] = []
        for input in list.elements {
            _ = faults.collect { () throws(Fault) in
                tensors.append(try tensor(input, bodyLength: body.count, &place))
            }
        }
        try faults.check()
        guard place == body.count else {
            throw FaultyInput(
                "unexpected additional input data: the inputs take \(place - end) bytes behind the JSON, found \(body.count - end)"
            )
        }
        return tensors
    }

    private static func tensor(
        _ input: JSONValue,
        bodyLength: Int,
        _ place: inout Int
    ) throws(Fault) -> GivenTensor {
        guard input.kind == .object else { throw input.mismatch("an object with name, shape, datatype and data") }
        func member(_ key: String) throws(Fault) -> JSONValue {
            guard let value = input[key] else { throw Fault(pointer: input.pointer, detail: "\"\(key)\" is missing") }
            return value
        }
        let name = try member("name").string()
        let datatypes = TensorDatatype.allCases.map(\.rawValue)
        let datatype = TensorDatatype(rawValue: try member("datatype").choice(among: datatypes)) ?? .float
        let shape = try member("shape").ints(in: 0...JSONValue.exactIntegers.upperBound)
        var volume = 1
        for extent in shape {
            let (product, overflow) = volume.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= 1 << 48 else {
                throw Fault(pointer: input.pointer, detail: "a tensor of the shape \(shape) is larger than any body")
            }
            volume = product
        }
        let size = input["parameters"]?["binary_data_size"]
        guard input["parameters"]?["shared_memory_region"] == nil else { throw sharedMemory(input).faults[0] }
        let data = input["data"]
        guard (data == nil) != (size == nil) else {
            let found = data == nil ? "neither" : "both"
            throw Fault(
                pointer: input.pointer,
                detail:
                    "the input \"\(name)\" needs one of \"data\" and \"binary_data_size\" among its parameters, found \(found)"
            )
        }
        let source: GivenTensor.Source
        if let size {
            let count = try size.int(in: 0...JSONValue.exactIntegers.upperBound)
            if let element = datatype.size, count != volume * element {
                throw Fault(
                    pointer: size.pointer,
                    detail:
                        "unexpected size for input \"\(name)\": \(count) bytes, and \(shape) of \(datatype.rawValue) takes \(volume * element)"
                )
            }
            guard count <= bodyLength - place else {
                throw Fault(
                    pointer: size.pointer,
                    detail:
                        "unexpected size for input \"\(name)\": \(count) bytes, and \(bodyLength - place) are left in the body"
                )
            }
            source = .binary(place..<place + count)
            place += count
        } else {
            let data = try member("data")
            // Each value takes a byte of text at least, so a shape that claims more is refused before room is made.
            guard volume <= data.document.bytes.count else {
                throw Fault(pointer: data.pointer, detail: "fewer values than the shape \(shape) needs, \(volume)")
            }
            source = .json(data)
        }
        return GivenTensor(name: name, pointer: input.pointer, datatype: datatype, shape: shape, source: source)
    }
}
