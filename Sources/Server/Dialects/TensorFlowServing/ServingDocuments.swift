import Features
import JSON

/// The versions of a model: those of TensorFlow Serving, and beside them what KServe tells at the same place.
struct ServingStatus: JSONWritable {
    let name: String
    /// The numbers of the versions, newest first.
    let versions: [Int]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("ready", true)
            json.key("model_version_status")
            json.array { json in
                for version in versions {
                    json.object { json in
                        json.field("version", String(version))
                        json.field("state", "AVAILABLE")
                        json.field("status", ["error_code": "OK", "error_message": ""])
                    }
                }
            }
        }
    }
}

/// What a model takes and gives, as TensorFlow's signatures have it.
struct ServingMetadata: JSONWritable {
    let name: String
    let version: Int
    let signature: ModelSignature

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("model_spec")
            json.object { json in
                json.field("name", name)
                json.field("signature_name", "")
                json.field("version", String(version))
            }
            json.key("metadata")
            json.object { json in
                json.key("signature_def")
                json.object { json in
                    json.key("signature_def")
                    json.object { json in
                        json.key(ServingRequest.signature)
                        json.object { json in
                            write("inputs", signature.inputs, to: &json)
                            write("outputs", signature.outputs, to: &json)
                            json.field("method_name", "tensorflow/serving/predict")
                        }
                    }
                }
            }
        }
    }

    private func write(_ key: String, _ tensors: [ModelSignature.Tensor], to json: inout JSONWriter) {
        json.key(key)
        json.object { json in
            for tensor in tensors {
                json.key(tensor.name)
                json.object { json in
                    json.field(
                        "dtype",
                        tensor.holdsBytes ? "DT_STRING" : tensor.kind == .int32 ? "DT_INT32" : "DT_FLOAT"
                    )
                    json.key("tensor_shape")
                    json.object { json in
                        json.key("dim")
                        json.array { json in
                            for extent in [-1] + tensor.elementShape.map({ $0 ?? -1 }) {
                                json.write(["size": String(extent), "name": ""])
                            }
                        }
                        json.field("unknown_rank", false)
                    }
                    json.field("name", "\(tensor.name):0")
                }
            }
        }
    }
}
