import JSON

extension Preset {
    /// A GRU over a sequence and a softmax over the classes.
    static let gruClassifier = classifier("gru_classifier", layer: "GRU")

    /// An LSTM over a sequence and a softmax over the classes.
    static let lstmClassifier = classifier("lstm_classifier", layer: "LSTM")

    /// A GRU over a window of a series and the values that follow it.
    static let gruForecaster = Preset(
        name: "gru_forecaster",
        input: "[steps, features]",
        rank: 2,
        standardClasses: 1,
        standardUnits: 32
    ) { list, options in
        list.add("GRU") { json in json.field("units", options.units) }
        list.addDense(options.classes)
    }

    /// The next character after each of a text: an embedding, a GRU and a softmax over the characters.
    static let charGRU = Preset(
        name: "char_gru",
        input: "[steps]",
        rank: 1,
        standardClasses: 128,
        standardUnits: 256
    ) { list, options in
        list.add("Embedding") { json in
            json.field("input_dim", options.classes)
            json.field("output_dim", 64)
        }
        list.add("GRU") { json in
            json.field("units", options.units)
            json.field("return_sequences", true)
        }
        list.addDense(options.classes, activation: "softmax")
    }

    private static func classifier(_ name: String, layer: String) -> Preset {
        Preset(
            name: name,
            input: "[steps, features]",
            rank: 2,
            standardClasses: 10,
            standardUnits: 128
        ) { list, options in
            list.add(layer) { json in json.field("units", options.units) }
            list.addDense(options.classes, activation: "softmax")
        }
    }
}
