import JSON

/// A well-known architecture that expands to ordinary layers, at any input size and number of classes.
struct Preset: Sendable {
    /// The name, as in `lenet5`.
    let name: String
    /// The input that it takes, as in `[height, width, channels]`.
    let input: String
    /// How many axes a sample has.
    let rank: Int
    /// The classes, or the results of a forecast, where none are given.
    let standardClasses: Int
    /// The units of the recurrent layer where none are given; nil where there is none.
    let standardUnits: Int?
    /// Adds the layers.
    let build: @Sendable (inout LayerList, PresetOptions) -> Void

    /// Every preset, in the order in which messages list them.
    static let all: [Preset] = [
        .lenet5, .vgg11, .vgg16, .resnet18, .resnet20, .resnet50,
        .gruClassifier, .lstmClassifier, .gruForecaster, .charGRU,
    ]

    /// The names of all presets.
    static var names: [String] { all.map(\.name) }
}

/// What a preset may be given.
struct PresetOptions: Sendable {
    /// The shape of a sample.
    let inputShape: Shape
    /// The extent of the result.
    let classes: Int
    /// The units of the recurrent layer.
    let units: Int
}

extension Preset {
    /// The drafts of the layers of the preset that a definition names; nil, and a fault, where it names none.
    static func drafts(reading reader: inout ObjectReader, inputShape: OpenShape?) -> [LayerDraft?]? {
        let name = reader.string("preset")
        let classes = reader.optionalInt("classes", in: 1...ObjectReader.greatestArgument)
        let units = reader.optionalInt("units", in: 1...ObjectReader.greatestArgument)
        guard let preset = all.first(where: { $0.name == name }) else {
            if reader.object?["preset"]?.kind == .string {
                reader.fault(at: "preset", Suggestion.unknown("preset", name, known: names))
            }
            return nil
        }
        if units != nil, preset.standardUnits == nil {
            reader.fault(at: "units", "\"\(name)\" has no recurrent layer; only those with one take units")
        }
        guard let inputShape else { return nil }
        guard inputShape.rank == preset.rank else {
            reader.fault(at: "input_shape", "\"\(name)\" needs \(preset.input), found \(inputShape)")
            return nil
        }
        var list = LayerList()
        preset.build(
            &list,
            PresetOptions(
                inputShape: inputShape.filled(with: Network.openExtents[0]),
                classes: classes ?? preset.standardClasses,
                units: units ?? preset.standardUnits ?? 0
            )
        )
        return list.drafts()
    }
}

/// The layers of a preset under construction, as a client would write them.
struct LayerList {
    private var entries: [[UInt8]] = []

    /// Adds a layer with its fields.
    mutating func add(_ type: String, _ fields: (inout JSONWriter) -> Void = { _ in }) {
        var json = JSONWriter()
        json.object { json in
            json.field("type", type)
            fields(&json)
        }
        entries.append(json.bytes)
    }

    /// Adds an activation function as a layer.
    mutating func addActivation(_ kind: String, name: String) {
        add("Activation") { json in
            json.field("activation", kind)
            json.field("name", name)
        }
    }

    /// Adds a dense layer.
    mutating func addDense(_ units: Int, activation: String = "linear") {
        add("Dense") { json in
            json.field("units", units)
            json.field("activation", activation)
        }
    }

    /// Adds a convolution without a bias and a batch normalization, each named after the block.
    mutating func addNormalizedConvolution(
        _ filters: Int,
        kernel: Int,
        strides: Int = 1,
        name: String,
        input: String? = nil
    ) {
        add("Conv2D") { json in
            json.field("filters", filters)
            json.field("kernel_size", kernel)
            json.field("strides", strides)
            json.field("padding", "same")
            json.field("use_bias", false)
            json.field("kernel_initializer", "he_normal")
            json.field("name", name)
            json.field("inputs", ifPresent: input.map { [$0] })
        }
        add("BatchNormalization") { json in json.field("name", name + "_bn") }
    }

    /// The layers as a definition's are read.
    func drafts() -> [LayerDraft?] {
        var faults = Faults()
        let drafts = entries.map { bytes in
            (try? JSONDocument(parsing: bytes)).flatMap { LayerDraft($0.root, &faults) }
        }
        precondition(faults.isEmpty && drafts.allSatisfy { $0 != nil }, "a preset with faulty layers: \(faults)")
        return drafts
    }
}
