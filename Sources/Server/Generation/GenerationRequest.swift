import JSON

/// What a client wants a model to go on from.
struct GenerationRequest: Sendable {
    /// The model's name.
    let model: String
    /// The version.
    let version: VersionReference
    /// A text, an array, or an object of these by the names of the model's inputs.
    let inputs: JSONValue
    /// How it goes on.
    let parameters: GenerationParameters
    /// Whether each token is sent when it is known.
    let streams: Bool

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput` with every fault but those of the inputs, which only the model can tell.
    init(_ body: JSONValue) throws(FaultyInput) {
        self = try body.read { GenerationRequest(reading: &$0, body) }
    }

    private init(reading reader: inout ObjectReader, _ body: JSONValue) {
        model = reader.string("model")
        version = reader.optionalVersion("version") ?? .newest
        inputs = reader.value("inputs") ?? body
        parameters =
            reader.optionalObject("parameters") { GenerationParameters(reading: &$0) } ?? GenerationParameters()
        streams = reader.bool("stream", default: false)
        if streams, parameters.beams > 1 {
            reader.fault(at: "stream", "beams are known when the search is over; expected num_beams 1 or no stream")
        }
    }
}
