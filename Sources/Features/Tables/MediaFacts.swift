/// What the header of a picture or a recording says of its size; nothing is decoded.
public struct MediaFacts: Sendable, Equatable {
    /// The extents: of a picture as it is shown, `[height, width, channels]` without alpha; of a recording `[samples]`, or
    /// `[samples, channels]` where it has several.
    public let shape: [Int]
    /// The samples a second of a recording.
    public let sampleRate: Int?

    /// Reads the header of a picture.
    ///
    /// - Returns: Nil for bytes that are none, or one that was cut.
    public init?(picture bytes: [UInt8]) {
        guard let header = try? PictureHeader(reading: bytes) else { return nil }
        shape = [header.height, header.width, header.channels]
        sampleRate = nil
    }

    /// Reads the header of a recording.
    ///
    /// - Returns: Nil for bytes that are none, or whose header says too little.
    public init?(recording bytes: [UInt8]) {
        guard let file = try? WAVFile(bytes) else { return nil }
        let samples = file.data.count / max(file.format.frameBytes, 1)
        shape = file.format.channels == 1 ? [samples] : [samples, file.format.channels]
        sampleRate = file.format.sampleRate
    }
}
