import JSON
import ModelStore

/// What clients see of a model: its inputs and outputs.
struct InferenceMetadata: JSONWritable {
    let name: String
    /// The numbers of its versions, oldest first; 0 alone for the initial weights.
    let versions: [Int]
    let signature: ModelSignature

    /// What the format of models is called.
    static let platform = "trainyard"

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("versions", versions.map(String.init))
            json.field("platform", Self.platform)
            write("inputs", signature.inputs, to: &json)
            write("outputs", signature.outputs, to: &json)
        }
    }

    private func write(_ key: String, _ tensors: [ModelSignature.Tensor], to json: inout JSONWriter) {
        json.key(key)
        json.array { json in
            for tensor in tensors {
                json.object { json in
                    json.field("name", tensor.name)
                    json.field("datatype", tensor.datatype.rawValue)
                    json.field("shape", [-1] + tensor.elementShape.map { $0 ?? -1 })
                }
            }
        }
    }
}

/// A model's configuration, as Triton has it.
struct InferenceConfiguration: JSONWritable {
    let name: String
    let signature: ModelSignature
    /// The most rows that are computed at once.
    let batchRows: Int

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("platform", InferenceMetadata.platform)
            json.field("backend", InferenceMetadata.platform)
            json.field("version_policy", ["all": [String: Int]()])
            json.field("max_batch_size", batchRows)
            write("input", signature.inputs, to: &json)
            write("output", signature.outputs, to: &json)
            json.field("dynamic_batching", [String: Int]())
        }
    }

    /// How the axes of a picture lie, which is told by the one that can only be channels.
    private static func format(of tensor: ModelSignature.Tensor) -> String {
        let (shape, channels): ([Int?], Set<Int?>) = (tensor.elementShape, [1, 3, 4])
        guard !tensor.holdsBytes, shape.count == 3 else { return "FORMAT_NONE" }
        if channels.contains(shape[2]) { return "FORMAT_NHWC" }
        return channels.contains(shape[0]) ? "FORMAT_NCHW" : "FORMAT_NONE"
    }

    private func write(_ key: String, _ tensors: [ModelSignature.Tensor], to json: inout JSONWriter) {
        json.key(key)
        json.array { json in
            for tensor in tensors {
                json.object { json in
                    json.field("name", tensor.name)
                    json.field("data_type", tensor.holdsBytes ? "TYPE_STRING" : "TYPE_\(tensor.datatype.rawValue)")
                    if key == "input" { json.field("format", Self.format(of: tensor)) }
                    let dims = tensor.elementShape.map { $0 ?? -1 }
                    // A single element is written with an axis of its own, as Triton wants one.
                    json.field("dims", dims.isEmpty ? [1] : dims)
                }
            }
        }
    }
}

/// One version in the index of the repository.
struct IndexEntry: JSONWritable {
    let name: String
    let version: Int
    /// Why it isn't ready; nil where it is.
    let reason: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("version", String(version))
            json.field("state", reason == nil ? "READY" : "UNAVAILABLE")
            json.field("reason", reason ?? "")
        }
    }
}

/// What was counted of a version.
struct InferenceStatistics: JSONWritable {
    let name: String
    let version: Int
    let numbers: ServingStatistics.Numbers

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("version", String(version))
            json.field("last_inference", numbers.lastAnswer)
            json.field("inference_count", numbers.rows)
            json.field("execution_count", numbers.batches)
            json.key("inference_stats")
            json.object { json in
                write("success", numbers.successes, to: &json)
                write("fail", numbers.failures, to: &json)
                write("queue", numbers.waiting, to: &json)
                write(numbers.work, to: &json)
                write("cache_hit", .init(), to: &json)
                write("cache_miss", .init(), to: &json)
            }
            json.field("response_stats", [String: Int]())
            json.key("batch_stats")
            json.array { json in
                for (rows, work) in numbers.workByRows.sorted(by: { $0.key < $1.key }) {
                    json.object { json in
                        json.field("batch_size", rows)
                        write(work, to: &json)
                    }
                }
            }
            json.field("memory_usage", [Int]())
        }
    }

    private func write(_ work: ServingStatistics.Work, to json: inout JSONWriter) {
        write("compute_input", work.input, to: &json)
        write("compute_infer", work.compute, to: &json)
        write("compute_output", work.output, to: &json)
    }

    private func write(_ key: String, _ span: ServingStatistics.Span, to json: inout JSONWriter) {
        json.key(key)
        json.object { json in
            json.field("count", span.count)
            json.field("ns", span.nanoseconds)
        }
    }
}
