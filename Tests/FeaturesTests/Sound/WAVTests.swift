import Glibc
import JSON
import Testing

@testable import Features

/// WAV files against libsndfile's numbers, and what hostile ones do.
struct WAVTests {
    @Test(arguments: Reference.cases("wav"))
    func readsAsLibsndfileDoes(_ reference: ReferenceCase) throws {
        let bytes = try reference.bytes("input")
        let expected = try reference.value("expected")
        guard expected["error"] == nil else {
            let error = #expect(throws: FrontError.self) { try Recording(wav: bytes) }
            #expect((error?.description.count ?? 0) > 30)
            return
        }
        let recording = try Recording(wav: bytes)
        let samples = try ReferenceArray(#require(expected["samples"]))
        #expect(recording.sampleRate == (try expected["sample_rate"]?.int()))
        #expect([recording.frames, recording.channels] == samples.shape)
        #expect(agree(recording.floats.map(Double.init), samples.numbers, within: try reference.tolerance))
    }

    /// A file of 16 bits with a header of 44 bytes.
    static func file(_ samples: [Int16], channels: Int = 1, rate: Int = 8000) -> [UInt8] {
        let data = samples.flatMap { little(Int($0), 2) }
        return Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
            + little(channels, 2) + little(rate, 4) + little(rate * channels * 2, 4) + little(channels * 2, 2)
            + little(16, 2) + Array("data".utf8) + little(data.count, 4) + data
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    @Test func saysWhatTheHeaderPromisedAndWhatIsThere() throws {
        let whole = Self.file(Array(0..<100))
        let recording = try Recording(wav: Array(whole.dropLast(50)))
        #expect(recording.frames == 75)
        #expect(recording.notes == ["the file's header says 200 bytes of samples, there are 150; those were read"])
    }

    @Test func sizeOfZeroFromAPipeReadsToTheEnd() throws {
        var bytes = Self.file([1, 2, 3])
        bytes.replaceSubrange(40..<44, with: [0, 0, 0, 0])
        #expect(try Recording(wav: bytes).samples == .integers([1, 2, 3]))
    }

    @Test func forgottenPadByteIsNoMatter() throws {
        let whole = Self.file([7, 8])
        let chunk = Array("LIST".utf8) + Self.little(3, 4) + Array("abc".utf8)
        let recording = try Recording(wav: Array(whole[..<12]) + chunk + Array(whole[12...]))
        #expect(recording.samples == .integers([7, 8]))
    }

    @Test func samplesThatAreNoNumbersAreZeroAndSaid() throws {
        var bytes = Self.file([0, 0, 0, 0])
        bytes.replaceSubrange(20..<22, with: [3, 0])
        bytes.replaceSubrange(32..<36, with: [4, 0, 32, 0])
        bytes.replaceSubrange(44..<48, with: [0, 0, 0xC0, 0x7F])
        let recording = try Recording(wav: bytes)
        #expect(recording.samples == .floats([0, 0]))
        #expect(recording.notes == ["1 samples are no finite numbers; they were taken as 0"])
    }

    @Test(
        arguments: [
            (Array("fLaC".utf8), "FLAC"), (Array("OggS".utf8), "Ogg"), (Array("ID3".utf8), "MP3"),
            ([0xFF, 0xFB], "MP3"),
            (Array("0000ftypM4A ".utf8), "MP4"), (Array("FORM0000AIFF".utf8), "AIFF"), (Array(".snd".utf8), "AU"),
            (Array("<!DOCTYPE html>".utf8), "HTML"), ([0x89] + Array("PNG".utf8), "PNG"),
        ]
    )
    func foreignFilesAreNamed(_ beginning: [UInt8], _ name: String) {
        let error = #expect(throws: FrontError.self) {
            try Recording(wav: beginning + [UInt8](repeating: 0, count: 40))
        }
        #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }

    /// Every file of the reference with bytes changed, cut, doubled or left out ends in samples or in a refusal, and never
    /// has more samples than bytes.
    @Test func mutatedFilesEndInSamplesOrARefusal() throws {
        let files = try Reference.cases("wav").map { try $0.bytes("input") }.filter { $0.count > 12 }
        var random = RowRandom(seed: 20, epoch: 0, row: 0, layer: 0)
        var read = 0
        for round in 0..<6000 {
            var bytes = files[round % files.count]
            for _ in 0...random.integer(below: 4) {
                let place = random.integer(below: bytes.count)
                switch random.integer(below: 5) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes[place] = [0, 0xFF, 0x7F, 0x80, 1][random.integer(below: 5)]
                case 2: bytes.removeLast(min(bytes.count - 1, random.integer(below: 16)))
                case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count - 1, place + 3))
                }
            }
            do throws(FrontError) {
                let recording = try Recording(wav: bytes)
                #expect(recording.floats.count <= bytes.count)
                #expect(recording.floats.count == recording.frames * recording.channels)
                #expect(!recording.floats.contains { !$0.isFinite })
                _ = recording.mono()
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(read > 1000)
    }
}

/// Channels, rates and rounding.
struct RecordingTests {
    @Test func channelsAreAveraged() {
        let recording = Recording(sampleRate: 8000, channels: 2, samples: .integers([16384, 0, -32768, 32767]))
        #expect(recording.mono().samples == .floats([0.25, -0.5 * 0x1p-15]))
        #expect(recording.seconds == 2.0 / 8000)
    }

    @Test func channelsAreResampledApart() throws {
        let samples = (0..<800).map { Float($0 % 2 == 0 ? 0.5 : -0.25) }
        let recording = try Recording(sampleRate: 8000, channels: 2, samples: .floats(samples)).resampled(to: 4000)
        #expect(recording.frames == 200)
        #expect(abs(recording.floats[200] - 0.5) < 1e-4)
        #expect(abs(recording.floats[201] + 0.25) < 1e-4)
    }

    @Test func roundingCutsWhatIsTooLoud() {
        let recording = Recording(sampleRate: 8000, channels: 1, samples: .floats([2, -2, 0.5, 1e-9]))
        #expect(recording.rounded().samples == .integers([32767, -32768, 16384, 0]))
    }

    @Test func whatWouldBecomeTooLongIsRefused() {
        let recording = Recording(sampleRate: 1, channels: 1, samples: .integers([Int16](repeating: 0, count: 10_000)))
        #expect(throws: FrontError.self) { try recording.resampled(to: 48_000) }
    }

    @Test(arguments: Reference.cases("resampling"))
    func tonesPassOrVanish(_ reference: ReferenceCase) throws {
        let input = try reference.value("input")
        let (tone, from) = (try #require(input["sine_hz"]).double(), try #require(input["from"]).int())
        let to = try #require(input["to"]).int()
        let seconds = try #require(input["seconds"]).double()
        let sine = { (count: Int, rate: Int) in
            (0..<count).map { Float(0.5 * sin(2 * Double.pi * tone * Double($0) / Double(rate))) }
        }
        let sound = sine(Int(Double(from) * seconds), from)
        let found = try Recording(sampleRate: from, channels: 1, samples: .floats(sound)).resampled(to: to).floats
        let expected = try reference.value("expected")
        #expect(found.count == (try expected["length"]?.int()))
        let middle = found.count / 10..<found.count - found.count / 10
        if let bound = try? expected["greatest_error_in_the_middle_eight_tenths"]?.double() {
            let ideal = sine(found.count, to)
            let error = middle.map { abs(found[$0] - ideal[$0]) }.max() ?? 1
            #expect(Double(error) <= bound)
            // The bound is generous; ours is a filter that is flat where the tones are.
            #expect(error < 1e-4)
        }
        if let bound = try? expected["greatest_value_in_the_middle_eight_tenths"]?.double() {
            #expect(Double(middle.map { abs(found[$0]) }.max() ?? 1) <= bound)
        }
    }

    /// Rates without a common divisor have more phases than the filter keeps.
    @Test func oddRatesAreInterpolated() throws {
        let sound = (0..<44_099).map { Float(sin(2 * Double.pi * 440 * Double($0) / 44_099)) }
        let found = try Recording(sampleRate: 44_099, channels: 1, samples: .floats(sound)).resampled(to: 16_000).floats
        #expect(found.count == 16_000)
        for index in 1600..<14_400 {
            #expect(abs(Double(found[index]) - sin(2 * Double.pi * 440 * Double(index) / 16_000)) < 1e-4)
        }
    }
}
