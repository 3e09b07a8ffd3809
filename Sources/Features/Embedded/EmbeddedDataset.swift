import Foundation

/// The datasets that come with the program, so that there is something to train on before anything is uploaded.
///
/// They take the way of an upload: the same bytes sent to `PUT /datasets/NAME` would give the same rows.
public enum EmbeddedDataset: String, CaseIterable, Sendable {
    /// 1,797 handwritten digits, `[8, 8, 1]`, of values from 0 to 16, in 10 classes.
    case digits
    /// The yearly sunspot numbers from 1700 to 2008, as 285 windows `[24, 1]`, each with the year after it as its value.
    case sunspots

    /// The share of the rows that is for testing: of `digits` drawn by a shuffle, of `sunspots` the last.
    public static let testFraction = 0.2

    /// The seed of that shuffle.
    public static let splitSeed: UInt64 = 7

    /// The name under which it is listed.
    public var name: String { rawValue }

    /// Reads the data.
    ///
    /// - Parameter sink: Takes the rows.
    /// - Returns: What they are.
    /// - Throws: What the sink throws.
    public func load(into sink: some RowSink) throws -> ImportedDataset {
        switch self {
        case .digits: try Self.loadDigits(into: sink)
        case .sunspots: try Self.loadSunspots(into: sink)
        }
    }

    private static func loadDigits(into sink: some RowSink) throws -> ImportedDataset {
        var reader = try ArrayUploadReader()
        for (part, text) in [("x", DigitsData.images), ("y", DigitsData.labels)] {
            guard let file = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else {
                preconditionFailure("the embedded part \(part) of the digits is not base64")
            }
            try reader.beginPart(named: part)
            try reader.read(Array(file)[...], into: sink)
            try reader.endPart()
        }
        return try reader.finish(into: sink)
    }

    private static func loadSunspots(into sink: some RowSink) throws -> ImportedDataset {
        var options = ImportOptions()
        options.target = ["SUNACTIVITY"]
        options.series = ImportOptions.Series(window: 24)
        var reader = CSVReader(options)
        try reader.read(Array(SunspotsData.table.utf8)[...], into: sink)
        return try reader.finish(into: sink)
    }
}
