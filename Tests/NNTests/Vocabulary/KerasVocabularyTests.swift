import JSON
import NN
import Testing

/// Keras's own lists of what there is, as `scripts/reference` took them, against what is here; what is left out has a
/// reason.
struct KerasVocabularyTests {
    private func names(_ key: String) throws -> [String] {
        let lists = try #require(Reference.document("keras_names.json.gz")[0])
        return try #require(lists[key]).elements.flatMap { entry in
            try entry.kind == .array ? entry.elements.map { name in try name.string() } : [entry.string()]
        }
    }

    /// Whether what was told of a value is that its name isn't known.
    private func isUnknown(_ kind: String, _ name: String, _ read: (JSONValue, inout Faults) -> Void) throws -> Bool {
        let document = try JSONDocument(parsing: "{\"type\": \"\(name)\"}")
        var faults = Faults()
        read(document.root, &faults)
        do throws(FaultyInput) {
            try faults.check()
            return false
        } catch {
            return error.faults.contains { $0.description.contains("unknown \(kind) \"\(name)\"") }
        }
    }

    /// What these are, each with why it is no layer here.
    private static let layersElsewhere: [String: [String]] = [
        "code, and a model is data": ["FlaxLayer", "JaxLayer", "Lambda", "TFSMLayer", "TorchModuleWrapper"],
        "what others are made of": ["InputSpec", "Layer", "Wrapper"],
        "a cell, which RNN takes": ["GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"],
        "a front layer, which makes arrays before the network": [
            "AugMix", "AutoContrast", "CategoryEncoding", "CenterCrop", "ContrastLimitedAdaptiveHistogramEqualization",
            "CutMix", "Discretization", "Equalization", "HashedCrossing", "Hashing", "IntegerLookup",
            "MaxNumBoundingBoxes", "MelSpectrogram", "MixUp", "Pipeline", "RandAugment", "RandomBrightness",
            "RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomCrop", "RandomElasticTransform",
            "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
            "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness",
            "RandomShear", "RandomTranslation", "RandomZoom", "STFTSpectrogram", "Solarization", "StringLookup",
            "TextVectorization",
        ],
    ]

    /// What reads and writes, and what the others are made of.
    private static let machinery: Set = ["deserialize", "get", "serialize"]

    @Test func `the lists are those of the version that all numbers are from`() throws {
        let lists = try #require(Reference.document("keras_names.json.gz")[0])
        #expect(try lists["keras"]?.string() == "3.15.1")
    }

    @Test func `every layer of Keras's is here but those that can't be`() throws {
        let missing = try names("layers").filter { name in
            let error = #expect(throws: FaultyInput.self) {
                try network([4, 4, 2], #"{"type": "\#(name)", "no such argument": 1}"#)
            }
            return error?.faults.contains { $0.description.contains("unknown layer \"\(name)\"") } ?? false
        }

        #expect(Set(missing) == Set(Self.layersElsewhere.values.joined()))
    }

    @Test func `every loss of Keras's is here, by its class and by its function`() throws {
        let missing = try (names("losses") + names("loss_functions")).filter { name in
            try isUnknown("loss", name) { _ = Loss($0, &$1) }
        }

        #expect(Set(missing) == Self.machinery.union(["Loss"]))
    }

    @Test func `every metric of Keras's that is a number over an epoch is here`() throws {
        let known = Set(TrainingOptions.metricNames)
        let missing = try (names("metrics") + names("metric_functions")).filter { !known.contains($0) }

        // Of values that no prediction is held against, and what others are made of.
        #expect(Set(missing) == Self.machinery.union(["Mean", "MeanMetricWrapper", "Metric", "Sum"]))
    }

    @Test func `every optimizer of Keras's is here but those that are made of others`() throws {
        let missing = try names("optimizers").filter { name in
            try isUnknown("optimizer", name) { _ = OptimizerConfiguration($0, &$1) }
        }

        // Numbers here have one precision, in which nothing is scaled.
        #expect(Set(missing) == ["LossScaleOptimizer", "MultiOptimizer", "Optimizer", "OptimizerMap"])
    }
}
