import Glibc
import JSON
import Testing

@testable import Features

/// Transforms, windows and spectra against NumPy, SciPy, Keras and librosa.
struct SpectrumTests {
    /// The transform of numbers without a window.
    private func transform(_ numbers: [Double]) -> (real: [Double], imaginary: [Double]) {
        let fft = RealFFT(count: numbers.count)
        var scratch = fft.scratch()
        let ones = [Float](repeating: 1, count: numbers.count)
        numbers.map { Float($0) }.withUnsafeBufferPointer { fft.transform($0, window: ones, &scratch) }
        return (scratch.real.map(Double.init), scratch.imaginary.map(Double.init))
    }

    private func parts(_ json: JSONValue) throws -> (real: [Double], imaginary: [Double]) {
        let real = try ReferenceArray(#require(json["real"])).numbers
        return (real, try ReferenceArray(#require(json["imag"])).numbers)
    }

    @Test(arguments: Reference.cases("stft").filter { $0.testDescription.hasPrefix("real FFT") })
    func transformsAsNumPyDoes(_ reference: ReferenceCase) throws {
        let found = transform(try ReferenceArray(reference.value("input")).numbers)
        let expected = try parts(reference.value("expected"))
        #expect(agree(found.real, expected.real, within: try reference.tolerance))
        #expect(agree(found.imaginary, expected.imaginary, within: try reference.tolerance))
    }

    /// The way back by two transforms: of the real parts, which are even, and of the imaginary ones, which are odd.
    @Test(arguments: Reference.cases("stft").filter { $0.testDescription.hasPrefix("inverse") })
    func transformsBack(_ reference: ReferenceCase) throws {
        let (real, imaginary) = try parts(reference.value("input"))
        let expected = try ReferenceArray(reference.value("expected")).numbers
        let count = expected.count
        func whole(_ half: [Double], _ sign: Double) -> [Double] {
            (0..<count).map { $0 < half.count ? half[$0] : sign * half[count - $0] }
        }
        let even = transform(whole(real, 1)).real
        let odd = transform(whole(imaginary, -1)).imaginary
        let found = (0..<count).map { index in
            let bin = min(index, count - index)
            return (even[bin] + (index == bin ? odd[bin] : -odd[bin])) / Double(count)
        }
        #expect(agree(found, expected, within: try reference.tolerance))
    }

    /// Long lengths of either kind against each term summed.
    @Test(arguments: [1024, 4096, 1000, 997, 1023])
    func longTransformsAreExact(_ count: Int) {
        var random = RowRandom(seed: 1, epoch: 0, row: count, layer: 0)
        let numbers = (0..<count).map { _ in Double(Float(random.uniform(-1, 1))) }
        let found = transform(numbers)
        for bin in [0, 1, 2, count / 3, count / 2 - 1, count / 2] {
            var (real, imaginary) = (0.0, 0.0)
            for (index, number) in numbers.enumerated() {
                let angle = -2 * Double.pi * Double(index * bin % count) / Double(count)
                real += number * cos(angle)
                imaginary += number * sin(angle)
            }
            #expect(abs(found.real[bin] - real) < 2e-4 && abs(found.imaginary[bin] - imaginary) < 2e-4)
        }
    }

    @Test(arguments: Reference.cases("stft").filter { $0.testDescription.hasPrefix("window") })
    func windowsAreSciPys(_ reference: ReferenceCase) throws {
        let input = try reference.value("input")
        let name = try #require(input["name"]).string()
        let window = try #require(Window(rawValue: name))
        let length = try #require(input["length"]).int()
        for (key, isPeriodic) in [("periodic", true), ("symmetric", false)] {
            let values = try reference.value("expected")[key]
            let expected = try ReferenceArray(#require(values)).numbers
            let found = window.weights(length, isPeriodic: isPeriodic).map(Double.init)
            #expect(agree(found, expected, within: try reference.tolerance))
        }
    }

    @Test(arguments: Reference.cases("stft").filter { $0.testDescription.hasPrefix("STFT ") })
    func framesAreKerasAndLibrosas(_ reference: ReferenceCase) throws {
        let arguments = try reference.value("arguments")
        func int(_ key: String, _ other: String) throws -> Int {
            try #require(arguments[key] ?? arguments[other]).int()
        }
        let length = try int("sequence_length", "win_length")
        let size = try int("fft_length", "n_fft")
        let name = try arguments["window"].map { $0.isNull ? nil : try $0.string() } ?? "hann"
        let window = try name.map { try #require(Window(rawValue: $0)).weights(length, isPeriodic: true) }
        let frames = Frames(
            fftLength: size,
            window: Frames.centred(window ?? Array(repeating: 1, count: length), in: size),
            stride: try int("sequence_stride", "hop_length")
        )
        var sound = try ReferenceArray(reference.value("input")).numbers.map { Float($0) }
        if arguments["pad_mode"] != nil {
            let silence = [Float](repeating: 0, count: size / 2)
            sound = silence + sound + silence
        } else if try arguments["center"]?.bool() == true {
            sound = Frames.reflected(sound, by: size / 2)
        }
        var found: (real: [Double], imaginary: [Double]) = ([], [])
        frames.forEach(in: sound, count: 1 + (sound.count - size) / frames.stride) { _, transform in
            found.real += transform.real.map(Double.init)
            found.imaginary += transform.imaginary.map(Double.init)
        }
        let expected = try parts(reference.value("expected"))
        #expect(agree(found.real, expected.real, within: try reference.tolerance))
        #expect(agree(found.imaginary, expected.imaginary, within: try reference.tolerance))
    }

    @Test(
        arguments: Reference.cases("stft").filter { $0.testDescription.hasPrefix("STFTSpectrogram") }
            + Reference.cases("mel").filter { $0.testDescription.hasPrefix("MelSpectrogram") }
    )
    func layersGiveKerasNumbers(_ reference: ReferenceCase) throws {
        let definition = try reference.value("layer")
        let layer = try FrontRun.layer(definition)
        let written = try FrontRun.definition(of: layer)
        #expect(try FrontRun.definition(of: FrontRun.layer(written)) == written)

        let input = try ReferenceArray(reference.value("input"))
        let expected = try ReferenceArray(reference.value("expected"))
        let rows: [FrontValue]
        if input.isOfIntegers {
            rows = [FrontValue(.floats(input.numbers.map { Float($0) / 32_768 }), input.shape)]
        } else {
            rows = input.shape.count == 1 ? [input.row] : input.rows
        }
        let results = try FrontRun.results(layer, rows.map { [$0] })
        #expect(results[0].shape == Array(expected.shape.suffix(results[0].shape.count)))
        // Keras cuts decibels under the batch's greatest value; the soft row has a case of its own.
        let count =
            reference.testDescription.contains("soft row together") ? results[0].doubles.count : expected.numbers.count
        var found = Array(results.flatMap(\.doubles).prefix(count))
        if try definition["mode"]?.string() == "angle" {
            // π and -π are one angle: at half the rate only rounding parts them.
            for index in found.indices where abs(found[index] - expected.numbers[index]) > Double.pi {
                found[index] -= 2 * Double.pi * (found[index] > expected.numbers[index] ? 1 : -1)
            }
        }
        #expect(agree(found, Array(expected.numbers.prefix(count)), within: try reference.tolerance))
    }

    @Test func softRowDoesNotDependOnItsCompany() throws {
        let cases = Reference.cases("mel")
        let both = try #require(cases.first { $0.testDescription.contains("soft row together") })
        let alone = try #require(cases.first { $0.testDescription.contains("soft row alone") })
        let layer = try FrontRun.layer(both.value("layer"))
        let rows = try ReferenceArray(both.value("input")).rows
        let found = try FrontRun.results(layer, [[rows[1]]])[0].doubles
        #expect(agree(found, try ReferenceArray(alone.value("expected")).numbers, within: try alone.tolerance))
    }

    @Test(arguments: Reference.cases("mel").filter { $0.testDescription.hasPrefix("Keras's filters") })
    func filtersAreKeras(_ reference: ReferenceCase) throws {
        let arguments = try reference.value("arguments")
        func number(_ key: String) throws -> Double { try #require(arguments[key]).double() }
        let bands = Int(try number("num_mel_bins"))
        let bins = Int(try number("num_spectrogram_bins"))
        let filters = MelFilters(
            bands: bands,
            bins: bins,
            sampleRate: try number("sampling_rate"),
            from: try number("lower_edge_hertz"),
            to: try number("upper_edge_hertz")
        )
        var found = [Double](repeating: 0, count: bands * bins)
        var sums = [Float](repeating: 0, count: bands)
        for bin in 0..<bins {
            filters.sums(of: (0..<bins).map { $0 == bin ? 1 : 0 }, into: &sums, at: 0, stride: 1)
            for (band, sum) in sums.enumerated() { found[bin * bands + band] = Double(sum) }
        }
        #expect(agree(found, try ReferenceArray(reference.value("expected")).numbers, within: try reference.tolerance))
    }

    @Test func silenceIsPutBehindASoundTooShortToBeMirrored() throws {
        let layer = try FrontRun.layer(
            #"{"type": "MelSpectrogram", "fft_length": 64, "sequence_stride": 16, "num_mel_bins": 4}"#
        )
        var pass = FrontPass(collectsNotes: true)
        let short = FrontValue(.floats([0.5, 0.25]), [2])
        let result = try layer.apply(to: [short], &pass)
        #expect(pass.notes == ["MelSpectrogram needs 33 samples, found 2; silence was put behind them"])
        #expect(try layer.output(for: [short.type]).shape == result.shape)
    }

    @Test(arguments: [true, false])
    func channelsMayComeFirst(_ expands: Bool) throws {
        let arguments = #""frame_length": 8, "mode": "stft", "expand_dims": \#(expands)"#
        let last = try FrontRun.layer(#"{"type": "STFTSpectrogram", \#(arguments)}"#)
        let first = try FrontRun.layer(#"{"type": "STFTSpectrogram", "data_format": "channels_first", \#(arguments)}"#)
        let sound = (0..<40).map { Float(sin(Double($0 * $0))) }
        let turned = (0..<40).map { sound[$0 % 20 * 2 + $0 / 20] }
        let found = try FrontRun.results(last, [[FrontValue(.floats(sound), [20, 2])]])[0]
        let other = try FrontRun.results(first, [[FrontValue(.floats(turned), [2, 20])]])[0]
        let (frames, width) = (4, 10)
        #expect(found.shape == (expands ? [frames, width, 2] : [frames, 2 * width]))
        #expect(other.shape == (expands ? [2, frames, width] : [2 * width, frames]))
        for frame in 0..<frames {
            for bin in 0..<width {
                for channel in 0..<2 {
                    let place = expands ? (frame * width + bin) * 2 + channel : (frame * 2 + channel) * width + bin
                    let there =
                        expands ? (channel * frames + frame) * width + bin : (channel * width + bin) * frames + frame
                    #expect(found.doubles[place] == other.doubles[there])
                }
            }
        }
    }

    @Test func spectraWithoutBoundsAreRefused() throws {
        let layer = try FrontRun.layer(#"{"type": "STFTSpectrogram", "frame_length": 4096, "frame_step": 1}"#)
        let error = #expect(throws: FrontError.self) { try layer.output(for: [FrontType(.float, [1_000_000])]) }
        #expect(error?.description.contains("steps between frames longer") == true)
        var pass = FrontPass()
        let sound = FrontValue(.floats([Float](repeating: 0, count: 1_000_000)), [1_000_000])
        #expect(throws: FrontError.self) { try layer.apply(to: [sound], &pass) }
    }

    @Test func anotherRateIsRefused() throws {
        let layer = try FrontRun.layer(#"{"type": "MelSpectrogram"}"#)
        #expect(throws: FrontError.self) { try layer.output(for: [FrontType(.float, [16_000], sampleRate: 8000)]) }
        #expect(throws: FrontError.self) {
            try layer.output(for: [FrontType(.float, [16_000, 2], sampleRate: 16_000)])
        }
        let open = try layer.output(for: [FrontType(.float, [nil], sampleRate: 16_000)])
        #expect(open.shape == [128, nil])
    }
}

/// Our transform in librosa's forms, which people compare with.
struct LibrosaTests {
    private func expectAgreement(_ found: [[Double]], _ reference: ReferenceCase) throws {
        let expected = try ReferenceArray(reference.value("expected")).numbers
        #expect(agree(found.flatMap { $0 }, expected, within: try reference.tolerance), "\(reference.testDescription)")
    }

    private func sound(_ reference: ReferenceCase) throws -> [Float] {
        try ReferenceArray(reference.value("input")).numbers.map { Float($0) }
    }

    private func rows(_ reference: ReferenceCase) throws -> [[Double]] {
        try ReferenceArray(reference.value("input")).rows.map(\.doubles)
    }

    @Test(
        arguments: Reference.cases("mel").filter {
            !$0.testDescription.hasPrefix("MelSpectrogram") && !$0.testDescription.hasPrefix("Keras")
        }
    )
    func agrees(_ reference: ReferenceCase) throws {
        let filters = Librosa.filters(rate: 8000, length: 64, bands: 8, from: 20)
        switch reference.testDescription {
        case let name where name.hasPrefix("librosa's filters"):
            let found = Librosa.filters(
                rate: 8000,
                length: 64,
                bands: 8,
                from: 20,
                isHTK: name.contains("htk True"),
                isSlaneyNormed: name.contains("slaney")
            )
            try expectAgreement(found, reference)
        case "hertz to mel":
            let frequencies = try ReferenceArray(reference.value("input")).numbers
            for (key, isHTK) in [("slaney", false), ("htk", true)] {
                let values = try reference.value("expected")[key]
                let expected = try ReferenceArray(#require(values)).numbers
                #expect(
                    agree(frequencies.map { Librosa.mel($0, isHTK: isHTK) }, expected, within: try reference.tolerance)
                )
            }
        case "mel power of librosa":
            let spectra = Librosa.power(try sound(reference), length: 64, hop: 40)
            try expectAgreement(Librosa.melPower(spectra, filters), reference)
        case "log-mel of librosa, power_to_db with ref max":
            let powers = try rows(reference)
            try expectAgreement(Librosa.decibels(powers, reference: powers.joined().max() ?? 0), reference)
        case "MFCC of librosa from that log-mel":
            try expectAgreement(Librosa.cosines(try rows(reference), count: 5), reference)
        case "MFCC of librosa from sound":
            let spectra = Librosa.power(try sound(reference), length: 64, hop: 40)
            let powers = Librosa.melPower(spectra, Librosa.filters(rate: 8000, length: 64, bands: 12, from: 0))
            try expectAgreement(Librosa.cosines(Librosa.decibels(powers, reference: 1), count: 6), reference)
        case "DCT-II":
            let column = try ReferenceArray(reference.value("input")).numbers.map { [$0] }
            for (key, isOrthonormal) in [("plain", false), ("ortho", true)] {
                let values = try reference.value("expected")[key]
                let expected = try ReferenceArray(#require(values)).numbers
                let found = Librosa.cosines(column, count: column.count, isOrthonormal: isOrthonormal).flatMap { $0 }
                #expect(agree(found, expected, within: try reference.tolerance))
            }
        case "log-mel in Whisper's form":
            let spectra = Librosa.power(try sound(reference), length: 64, hop: 40, isReflected: true).dropLast()
            let powers = Librosa.melPower(Array(spectra), Librosa.filters(rate: 8000, length: 64, bands: 8, from: 0))
            let logs = powers.map { $0.map { log10(max($0, 1e-10)) } }
            let floor = (logs.joined().max() ?? 0) - 8
            try expectAgreement(logs.map { $0.map { (max($0, floor) + 4) / 4 } }, reference)
        default: Issue.record("no test for \(reference.testDescription)")
        }
    }
}
