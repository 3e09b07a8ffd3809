import JSON
import ModelStore

/// What every view is asked with, beside its own members.
struct InspectionRequest: Sendable {
    /// The version.
    let version: VersionReference
    /// The row that is looked at; nil for none.
    let sample: Sample?
    /// Whether the answer has numbers beside their statistics.
    let hasValues: Bool
    /// What the view itself is asked.
    let view: any InspectionView

    /// A row, by itself or in a dataset.
    enum Sample: Sendable {
        case instance(JSONValue)
        case row(RowReference)
    }

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - kind: The view.
    /// - Throws: `FaultyInput` with every fault but those that only the model can tell.
    init(_ body: JSONValue, for kind: any InspectionView.Type) throws(FaultyInput) {
        self = try body.read { reader in
            let version = reader.optionalVersion("version") ?? .newest
            let sample = kind.sample == .none ? nil : Self.sample(&reader, isNeeded: kind.sample == .needed)
            let hasValues = reader.bool("values", default: true)
            let view = kind.init(reading: &reader)
            return InspectionRequest(version: version, sample: sample, hasValues: hasValues, view: view)
        }
    }

    private init(version: VersionReference, sample: Sample?, hasValues: Bool, view: any InspectionView) {
        (self.version, self.sample, self.hasValues, self.view) = (version, sample, hasValues, view)
    }

    private static func sample(_ reader: inout ObjectReader, isNeeded: Bool) -> Sample? {
        let instance = reader.has("instance") ? reader.value("instance") : nil
        let row = reader.optionalObject("row") { RowReference(reading: &$0) }
        switch (instance, row) {
        case (let instance?, nil): return .instance(instance)
        case (nil, let row?): return .row(row)
        case (nil, nil):
            if isNeeded, reader.object != nil {
                reader.fault(at: "instance", "missing; expected an instance as \"predict\" takes it, or \"row\"")
            }
            return nil
        case (_?, _?):
            reader.fault(at: "row", "does not go with \"instance\"; send one of the two")
            return nil
        }
    }
}

/// A row of a stored dataset.
struct RowReference: Sendable, JSONWritable {
    /// The dataset's name.
    let dataset: String
    /// The part of it.
    let part: DatasetPart
    /// The row's number in the part.
    let index: Int

    init(reading reader: inout ObjectReader) {
        dataset = reader.string("dataset")
        let parts = DatasetPart.allCases.map(\.rawValue)
        part =
            DatasetPart(rawValue: reader.choice("part", among: parts, default: DatasetPart.train.rawValue)) ?? .train
        index = reader.int("index", in: 0...JSONValue.exactIntegers.upperBound)
    }

    func write(to json: inout JSONWriter) { json.object { writeFields(to: &$0) } }

    /// Writes its members into an object.
    func writeFields(to json: inout JSONWriter) {
        json.field("dataset", dataset)
        json.field("part", part.rawValue)
        json.field("index", index)
    }
}
