import JSON
import NN

/// How a version came about, as it is stored beside the weights.
struct VersionOptions: JSONWritable {
    /// How it was trained, with every default.
    let training: StoredJSON
    /// The words of the classes, where the data had words.
    let labels: ClassLabels?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("training", training)
            json.field("labels", ifPresent: labels)
        }
    }

    /// The words of the classes out of stored options.
    ///
    /// - Throws: What is wrong with the text, which this program wrote.
    static func labels(in text: String) throws -> ClassLabels? {
        try JSONDocument(parsing: text).root["labels"].map { try ClassLabels(reading: $0) }
    }

    /// The function that the loss of each of a network's outputs applied to logits; nil for an output of none.
    ///
    /// - Throws: What is wrong with the text, which this program wrote.
    static func logitsActivations(in text: String, of network: Network) throws -> [ActivationKind?] {
        guard let training = try JSONDocument(parsing: text).root["training"], training.kind == .object else {
            return network.outputs.map { _ in nil }
        }
        return try StoredRequest(training).options.logitsActivations(of: network)
    }
}
