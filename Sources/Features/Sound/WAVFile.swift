import FileKinds
import JSON

extension Recording {
    /// Reads a WAV file (RIFF, RIFX, RF64, BW64): 8 to 32 bits, floats of 32 and 64, A-law and µ-law.
    ///
    /// Headers whose lengths can't be right, as those of files that were written to a pipe, are read to the file's end;
    /// what is there counts. Samples that are no finite numbers become 0. `notes` says both.
    ///
    /// - Parameter bytes: The whole file.
    /// - Throws: `FrontError` where it is no WAV file or one whose samples can't be told, in a sentence that says why.
    public init(wav bytes: [UInt8]) throws(FrontError) {
        self = try WAVFile(bytes).recording()
    }
}

/// The parts of a WAV file.
struct WAVFile {
    private let bytes: [UInt8]
    private let isBigEndian: Bool
    private(set) var format: WAVFormat
    /// Where the samples are, whole frames only.
    private(set) var data: Range<Int>
    private(set) var notes: [String] = []

    /// Finds the format and the samples.
    init(_ bytes: [UInt8]) throws(FrontError) {
        let letters = bytes.count >= 12 ? String(decoding: bytes[0..<4], as: UTF8.self) : ""
        guard ["RIFF", "RIFX", "RF64", "BW64"].contains(letters), bytes[8..<12].elementsEqual("WAVE".utf8) else {
            throw Self.foreign(bytes)
        }
        self.bytes = bytes
        isBigEndian = letters == "RIFX"
        let reader = ByteReader(bytes: bytes, isBigEndian: isBigEndian)
        var found: WAVFormat?
        var longSize: Int?
        var place = 12
        while place + 8 <= bytes.count {
            let name = String(decoding: bytes[place..<place + 4], as: UTF8.self)
            let size = reader.word(place + 4)
            let start = place + 8
            if name == "data" {
                guard let format = found else {
                    throw FrontError("the WAV file has samples (chunk data) before it says of what kind (chunk fmt)")
                }
                self.format = format
                data = start..<bytes.count
                try takeData(start, size: size == 0xFFFF_FFFF ? longSize ?? size : size)
                return
            }
            guard size <= bytes.count - start else {
                throw FrontError(
                    "the WAV file ends within its chunk \(quoted(name)), which is said to have \(size) bytes, before any samples; "
                        + "it may be cut"
                )
            }
            if name == "fmt " { found = try WAVFormat(reader, start, size: size) }
            if name == "ds64", size >= 24 { longSize = reader.longWord(start + 8) }
            place = Self.next(after: start + size, isOdd: size % 2 == 1, in: bytes)
        }
        throw FrontError(
            found == nil
                ? "the WAV file has no chunk fmt, which says what its samples are; it may be cut"
                : "the WAV file has no samples (no chunk data); it may be cut"
        )
    }

    /// Works out how far the samples go.
    private mutating func takeData(_ start: Int, size: Int) throws(FrontError) {
        let rest = bytes.count - start
        var count = size
        if size == 0xFFFF_FFFF || rest > 0xFFFF_FFFF || (size == 0 && rest > 0 && !Self.isChunk(at: start, in: bytes)) {
            // Written to a pipe, or too long for 32 bits.
            count = rest
        } else if size > rest {
            notes.append("the file's header says \(size) bytes of samples, there are \(rest); those were read")
            count = rest
        }
        guard count == 0 || count >= format.frameBytes else {
            throw FrontError(
                "the WAV file has \(count) bytes of samples, less than the \(format.frameBytes) of one sample of each of "
                    + "\(format.channels) channels"
            )
        }
        data = start..<start + count / format.frameBytes * format.frameBytes
    }

    /// Where the next chunk begins: behind a pad byte where the size is odd, unless the writer forgot it.
    private static func next(after end: Int, isOdd: Bool, in bytes: [UInt8]) -> Int {
        guard isOdd else { return end }
        return isName(at: end, in: bytes) && !isName(at: end + 1, in: bytes) ? end : end + 1
    }

    private static func isName(at place: Int, in bytes: [UInt8]) -> Bool {
        guard place + 4 <= bytes.count else { return false }
        return bytes[place..<place + 4].allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func isChunk(at place: Int, in bytes: [UInt8]) -> Bool {
        guard isName(at: place, in: bytes), place + 8 <= bytes.count else { return false }
        return ByteReader(bytes: bytes, isBigEndian: false).word(place + 4) <= bytes.count - place - 8
    }

    /// The samples.
    func recording() throws(FrontError) -> Recording {
        var notes = notes
        let samples: Recording.Samples
        switch format.coding {
        case .integers where format.sampleBytes <= 2: samples = .integers(shortSamples())
        case .integers: samples = .floats(longSamples())
        case .aLaw: samples = .integers(bytes[data].map(Companding.aLaw))
        case .muLaw: samples = .integers(bytes[data].map(Companding.muLaw))
        case .floats:
            var floats = floatSamples()
            var replaced = 0
            for index in floats.indices where !floats[index].isFinite {
                floats[index] = 0
                replaced += 1
            }
            if replaced > 0 { notes.append("\(replaced) samples are no finite numbers; they were taken as 0") }
            samples = .floats(floats)
        }
        return Recording(sampleRate: format.sampleRate, channels: format.channels, samples: samples, notes: notes)
    }

    private func shortSamples() -> [Int16] {
        if format.sampleBytes == 1 { return bytes[data].map { Int16(Int($0) - 128) << 8 } }
        return bytes.withUnsafeBytes { all in
            (0..<data.count / 2).map { index in
                let value = all.loadUnaligned(fromByteOffset: data.lowerBound + index * 2, as: Int16.self)
                return isBigEndian ? Int16(bigEndian: value) : Int16(littleEndian: value)
            }
        }
    }

    /// Of 3 and 4 bytes, left-justified, so that fewer valid bits are no different.
    private func longSamples() -> [Float] {
        let width = format.sampleBytes
        return bytes.withUnsafeBufferPointer { all in
            (0..<data.count / width).map { index in
                var value: UInt32 = 0
                for byte in 0..<width {
                    let place = data.lowerBound + index * width + byte
                    value |= UInt32(all[place]) << UInt32(isBigEndian ? 24 - 8 * byte : 8 * (byte + 4 - width))
                }
                return Float(Int32(bitPattern: value)) * 0x1p-31
            }
        }
    }

    private func floatSamples() -> [Float] {
        let width = format.sampleBytes
        return bytes.withUnsafeBytes { all in
            (0..<data.count / width).map { index in
                let place = data.lowerBound + index * width
                if width == 4 {
                    let bits = all.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                    return Float(bitPattern: isBigEndian ? UInt32(bigEndian: bits) : UInt32(littleEndian: bits))
                }
                let bits = all.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                return Float(Double(bitPattern: isBigEndian ? UInt64(bigEndian: bits) : UInt64(littleEndian: bits)))
            }
        }
    }

    /// The refusal of what is no WAV file, by what it is.
    private static func foreign(_ bytes: [UInt8]) -> FrontError {
        guard bytes.count >= 12 else {
            return FrontError("a WAV file was expected, found \(bytes.count) bytes, too few for one")
        }
        let begins = { (text: String, place: Int) in bytes[place...].starts(with: text.utf8) }
        var kind: String?
        if begins("fLaC", 0) { kind = "a FLAC sound" }
        if begins("OggS", 0) { kind = "an Ogg sound (Vorbis or Opus)" }
        if begins("ID3", 0) || (bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0 && bytes[1] != 0xFF) {
            kind = "an MP3 sound"
        }
        if begins("ftyp", 4) { kind = "an MP4 file, as of AAC sound (.m4a)" }
        if begins("FORM", 0), begins("AIF", 8) { kind = "an AIFF sound" }
        if begins(".snd", 0) { kind = "an AU sound" }
        if begins("caff", 0) { kind = "a Core Audio sound (.caf)" }
        let name = kind ?? FileKind(bytes)?.name ?? "a file that is none"
        return FrontError("a WAV file was expected, found \(name); convert it, as with ffmpeg -i FILE sound.wav")
    }
}

/// Reads words at places that lie within the bytes.
struct ByteReader {
    let bytes: [UInt8]
    let isBigEndian: Bool

    /// 16 bits.
    func half(_ place: Int) -> Int { number(place, 2) }
    /// 32 bits.
    func word(_ place: Int) -> Int { number(place, 4) }
    /// 64 bits; the greatest integer for more.
    func longWord(_ place: Int) -> Int {
        let high = UInt64(word(place + (isBigEndian ? 0 : 4)))
        let low = UInt64(word(place + (isBigEndian ? 4 : 0)))
        return Int(clamping: high << 32 | low)
    }

    private func number(_ place: Int, _ count: Int) -> Int {
        var value = 0
        for index in 0..<count { value |= Int(bytes[place + index]) << (8 * (isBigEndian ? count - 1 - index : index)) }
        return value
    }
}
