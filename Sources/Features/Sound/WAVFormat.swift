/// What a WAV file's chunk `fmt` says.
struct WAVFormat {
    /// What the samples are.
    enum Coding {
        case integers, floats, aLaw, muLaw
    }

    let coding: Coding
    let channels: Int
    let sampleRate: Int
    /// How many bytes a sample of one channel takes.
    let sampleBytes: Int

    /// How many bytes the samples of all channels at one time take.
    var frameBytes: Int { channels * sampleBytes }

    /// Reads the chunk.
    init(_ reader: ByteReader, _ start: Int, size: Int) throws(FrontError) {
        guard size >= 16 else {
            throw FrontError("the WAV file's chunk fmt has \(size) bytes, expected at least 16")
        }
        var tag = reader.half(start)
        channels = reader.half(start + 2)
        sampleRate = reader.word(start + 4)
        let frame = reader.half(start + 12)
        let bits = reader.half(start + 14)
        if tag == 0xFFFE {
            guard size >= 40, reader.bytes[(start + 26)..<(start + 40)].elementsEqual(Self.guidEnd(reader.isBigEndian))
            else {
                throw FrontError(
                    "the WAV file is of a kind (an extensible format) that isn't known here; save it as PCM"
                )
            }
            tag = reader.half(start + 24)
        }
        guard Recording.channelCounts.contains(channels) else {
            throw FrontError(
                "the WAV file says \(channels) channels, expected 1 to \(Recording.channelCounts.upperBound)"
            )
        }
        guard Recording.rates.contains(sampleRate) else {
            throw FrontError(
                "the WAV file says \(sampleRate) samples a second, expected 1 to \(Recording.rates.upperBound)"
            )
        }
        switch tag {
        case 1 where (1...32).contains(bits): coding = .integers
        case 3 where bits == 32 || bits == 64: coding = .floats
        case 6 where bits == 8: coding = .aLaw
        case 7 where bits == 8: coding = .muLaw
        default: throw Self.refusal(tag, bits)
        }
        let expected = (bits + 7) / 8
        // 0 is an empty field; 24 bits may stand in 4 bytes.
        sampleBytes = frame == channels * 4 && expected == 3 ? 4 : expected
        guard frame == 0 || frame == channels * sampleBytes else {
            throw FrontError(
                "the WAV file says \(frame) bytes for \(channels) channels of \(bits) bits, expected \(channels * expected)"
            )
        }
    }

    private static func guidEnd(_ isBigEndian: Bool) -> [UInt8] {
        let tail: [UInt8] = [0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71]
        return (isBigEndian ? [0, 0, 0, 0, 0, 0x10] : [0, 0, 0, 0, 0x10, 0]) + tail
    }

    private static func refusal(_ tag: Int, _ bits: Int) -> FrontError {
        if [1, 3, 6, 7].contains(tag) {
            return FrontError("the WAV file has samples of \(bits) bits, which its format (\(tag)) doesn't have")
        }
        let names = [
            2: "Microsoft ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x50: "MPEG", 0x55: "MP3", 0xFF: "AAC",
            0x160: "WMA", 0x161: "WMA", 0x162: "WMA",
        ]
        let name = names[tag] ?? "format 0x\(String(tag, radix: 16))"
        return FrontError(
            "the WAV file holds \(name), expected PCM; convert it, as with ffmpeg -i FILE -c:a pcm_s16le out.wav"
        )
    }
}

/// Samples of telephony, 8 bits for 13 or 14 (ITU-T G.711).
enum Companding {
    /// A sample of A-law as one of 16 bits.
    static func aLaw(_ byte: UInt8) -> Int16 {
        let code = Int(byte ^ 0x55)
        let exponent = code >> 4 & 7
        let mantissa = (code & 0xF) << 4
        let size = exponent == 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1)
        return Int16(code & 0x80 != 0 ? size : -size)
    }

    /// A sample of µ-law as one of 16 bits.
    static func muLaw(_ byte: UInt8) -> Int16 {
        let code = Int(~byte)
        let size = (((code & 0xF) << 3) + 0x84) << (code >> 4 & 7) - 0x84
        return Int16(code & 0x80 != 0 ? -size : size)
    }
}
