/// What a `ModelProto` says, as far as it matters here.
struct ONNXModel {
    /// The program that wrote it.
    var producer = ""
    /// The version of each set of operators that it uses, by domain; `""` is ONNX's own.
    var opsets: [String: Int] = [:]
    /// Its functions, by domain and name, as in `custom.Twice`.
    var functions: Set<String> = []
    /// The network.
    var graph = ONNXGraph()

    /// The sets of operators that are read.
    static let opsets = 13...25

    /// The version of ONNX's own operators.
    var opset: Int { opsets[""] ?? 0 }

    /// Reads a whole file.
    ///
    /// - Parameter bytes: The file.
    /// - Throws: `InterchangeError` where it is no ONNX file, was cut, or is of an opset that isn't read.
    init(_ bytes: [UInt8]) throws(InterchangeError) {
        var message = WireMessage(bytes, 0..<bytes.count)
        var hasGraph = false
        while let (field, value) = try message.next() {
            switch field {
            case 2: producer = try message.text(value)
            case 7:
                guard !hasGraph else { throw InterchangeError("the file has two graphs; expected one") }
                graph = try ONNXGraph(message.message(value))
                hasGraph = true
            case 8:
                let (domain, version) = try Self.opset(message.message(value))
                opsets[domain == "ai.onnx" ? "" : domain] = version
            case 25: functions.insert(try Self.function(message.message(value)))
            default: break
            }
        }
        guard hasGraph else {
            throw InterchangeError("no ONNX file: it has no graph; expected what torch.onnx.export or tf2onnx writes")
        }
        guard opsets[""].map(Self.opsets.contains) == true else {
            let found = opsets[""].map { "opset \($0)" } ?? "no opset of ONNX's own operators"
            throw InterchangeError(
                at: "/opset_import",
                "the file has \(found); opsets \(Self.opsets.lowerBound) to \(Self.opsets.upperBound) are read, so "
                    + "export it for one of these (opset_version of torch.onnx.export)"
            )
        }
    }

    private static func opset(_ message: WireMessage) throws(InterchangeError) -> (String, Int) {
        var (message, domain, version) = (message, "", 0)
        while let (field, value) = try message.next() {
            switch field {
            case 1: domain = try message.text(value)
            case 2: version = try message.int(value)
            default: break
            }
        }
        return (domain, version)
    }

    private static func function(_ message: WireMessage) throws(InterchangeError) -> String {
        var (message, domain, name) = (message, "", "")
        while let (field, value) = try message.next() {
            switch field {
            case 1: name = try message.text(value)
            case 10: domain = try message.text(value)
            default: break
            }
        }
        return "\(domain).\(name)"
    }
}
