import JSON

/// A definition under construction, as a client would write it.
struct DefinitionBuilder {
    private let name: String
    private let seed: Int
    private var layers: [[UInt8]] = []
    private var names: Set<String> = []
    /// Writes the loss and the metrics.
    var compile: (inout JSONWriter) -> Void = { _ in }
    /// Writes what else a training takes unless told otherwise.
    var training: (inout JSONWriter) -> Void = { _ in }

    init(name: String, seed: Int) { (self.name, self.seed) = (name, seed) }

    /// Adds a layer.
    ///
    /// - Parameters:
    ///   - type: Keras's class name.
    ///   - name: Its name; the automatic one where there is none.
    ///   - inputs: What it takes; the layer before it where there is none.
    ///   - fields: Writes its arguments.
    mutating func add(
        _ type: String,
        name: String? = nil,
        inputs: [String]? = nil,
        _ fields: (inout JSONWriter) -> Void = { _ in }
    ) {
        var json = JSONWriter()
        json.object { json in
            json.field("type", type)
            json.field("name", ifPresent: name)
            json.field("inputs", ifPresent: inputs)
            fields(&json)
        }
        if let name { names.insert(name) }
        layers.append(json.bytes)
    }

    /// Adds a convolution of 3×3 that keeps the extents, batch normalization, the rectifier, and pooling.
    ///
    /// Sets that presets are made for take few steps an epoch: the moving figures follow faster than by Keras's momentum of
    /// 0.99.
    mutating func addConvolutions(filters: [Int]) {
        for count in filters {
            add("Conv2D") { json in
                json.field("filters", count)
                json.field("kernel_size", 3)
                json.field("padding", "same")
                json.field("use_bias", false)
            }
            add("BatchNormalization") { json in json.field("momentum", 0.9) }
            add("ReLU")
            add("MaxPooling2D")
        }
    }

    /// A name that no layer has, made of a column's.
    func free(_ base: String) -> String {
        var name = base
        while names.contains(name) { name += "_" }
        return name
    }

    /// The definition as JSON.
    var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.field("seed", seed)
            json.key("layers")
            json.array { json in for layer in layers { json.raw(layer) } }
            json.key("compile")
            json.object { json in
                compile(&json)
                training(&json)
            }
        }
        return json.bytes
    }
}
