import Glibc
public import JSON

/// Keras's `MelSpectrogram`: sound to the loudness of frequency bands over time, `[bands, frames]`.
///
/// Decibels are cut at `top_db` below the recording's own greatest value; Keras takes the batch's, which would make an
/// answer depend on its company.
public struct MelSpectrogramFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "MelSpectrogram"

    /// The greatest transform.
    static let greatestLength = 1 << 20
    /// How many numbers a recording's spectra may have.
    static let greatestResult = 1 << 26

    private let title: String
    private let fftLength: Int
    private let stride: Int
    private let sequenceLength: Int?
    private let window: Window?
    private let sampleRate: Int
    private let bands: Int
    private let lowest: Double
    private let highest: Double?
    private let isInDecibels: Bool
    private let topDecibels: Double
    private let exponent: Double
    private let leastPower: Double
    private let referencePower: Double
    private let frames: Frames
    private let filters: MelFilters

    /// Reads Keras's arguments.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        fftLength = arguments.int("fft_length", in: 2...Self.greatestLength, default: 2048)
        stride = arguments.int("sequence_stride", in: 1...Self.greatestLength, default: 512)
        sequenceLength = arguments.optionalInt("sequence_length", in: 1...Self.greatestLength)
        let length = sequenceLength ?? fftLength
        if length > fftLength {
            arguments.fault(at: "sequence_length", "expected at most fft_length, \(fftLength), found \(length)")
        }
        window = Window.read("window", &arguments)
        sampleRate = arguments.int("sampling_rate", in: Recording.rates, default: 16_000)
        bands = arguments.int("num_mel_bins", in: 1...4096, default: 128)
        lowest = arguments.double("min_freq", in: .from(0), default: 20)
        highest = arguments.optionalDouble("max_freq", in: .above(0))
        let top = highest ?? Double(sampleRate / 2)
        if top <= lowest {
            arguments.fault(at: "max_freq", "expected more than min_freq, \(lowest), found \(top)")
        }
        isInDecibels = arguments.bool("power_to_db", default: true)
        topDecibels = arguments.double("top_db", in: .from(0), default: 80)
        exponent = arguments.double("mag_exp", in: .above(0), default: 2)
        leastPower = arguments.double("min_power", in: .above(0), default: 1e-10)
        referencePower = arguments.double("ref_power", default: 1)
        let weights = window?.weights(length, isPeriodic: true) ?? Array(repeating: 1, count: length)
        frames = Frames(
            fftLength: fftLength,
            window: Frames.centred(Array(weights.prefix(fftLength)), in: fftLength),
            stride: stride
        )
        filters = MelFilters(
            bands: bands,
            bins: frames.fft.bins,
            sampleRate: Double(sampleRate),
            from: min(lowest, top),
            to: max(top, lowest + 1)
        )
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("fft_length", fftLength)
        json.field("sequence_stride", stride)
        json.field("sequence_length", sequenceLength)
        json.field("window", window?.rawValue)
        json.field("sampling_rate", sampleRate)
        json.field("num_mel_bins", bands)
        json.field("min_freq", lowest)
        json.field("max_freq", highest)
        json.field("power_to_db", isInDecibels)
        json.field("top_db", topDecibels)
        json.field("mag_exp", exponent)
        json.field("min_power", leastPower)
        json.field("ref_power", referencePower)
    }

    /// Numbers, bands by frames.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.float, .integer], "sound", for: title)
        guard input.shape.count == 1 || (input.shape.count == 2 && input.shape[1] == 1) else {
            throw FrontError(
                "\(title) takes sound of one channel, [samples], found \(input); an audio input of shape [samples] averages"
            )
        }
        if let rate = input.sampleRate, rate != sampleRate {
            throw FrontError(
                "\(title) has a sampling_rate of \(sampleRate), but takes sound of \(rate) samples a second; make them equal"
            )
        }
        let count = input.shape[0].map(frameCount)
        try Self.checkSize(bands * (count ?? 0), for: title)
        return FrontType(.float, [bands, count])
    }

    /// Refuses spectra that have too many numbers.
    static func checkSize(_ count: Int, for title: String) throws(FrontError) {
        guard count <= greatestResult else {
            throw FrontError(
                "\(title) would give \(count) numbers for a sound, at most \(greatestResult) are taken; "
                    + "make the steps between frames longer, or the sound shorter"
            )
        }
    }

    /// How many samples there must be to be mirrored at the edges.
    private var leastSamples: Int { fftLength / 2 + 1 }

    private func frameCount(_ samples: Int) -> Int {
        let padded = max(samples, leastSamples) + fftLength / 2 * 2
        return 1 + (padded - fftLength) / stride
    }

    /// Transforms, sums by bands, and takes decibels.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        guard var sound = inputs[0].floats else { throw FrontError("\(title) takes sound, found words") }
        if sound.count < leastSamples {
            let count = sound.count
            pass.note("\(title) needs \(leastSamples) samples, found \(count); silence was put behind them")
            sound.append(contentsOf: repeatElement(0, count: leastSamples - count))
        }
        let count = frameCount(sound.count)
        try Self.checkSize(bands * count, for: title)
        var result = [Float](repeating: 0, count: bands * count)
        var spectrum = [Float](repeating: 0, count: frames.fft.bins)
        let half = Float(exponent / 2)
        frames.forEach(in: Frames.reflected(sound, by: fftLength / 2), count: count) { frame, transform in
            transform.powers(into: &spectrum)
            if half == 0.5 {
                for bin in spectrum.indices { spectrum[bin] = spectrum[bin].squareRoot() }
            } else if half != 1 {
                for bin in spectrum.indices { spectrum[bin] = powf(spectrum[bin], half) }
            }
            filters.sums(of: spectrum, into: &result, at: frame, stride: count)
        }
        if isInDecibels { takeDecibels(&result) }
        return FrontValue(.floats(result), [bands, count])
    }

    private func takeDecibels(_ powers: inout [Float]) {
        let least = Float(leastPower)
        let reference = Float(10 * log10(max(abs(referencePower), leastPower)))
        var greatest = -Float.infinity
        for index in powers.indices {
            powers[index] = 10 * log10f(max(powers[index], least)) - reference
            greatest = max(greatest, powers[index])
        }
        let floor = greatest - Float(topDecibels)
        for index in powers.indices { powers[index] = max(powers[index], floor) }
    }
}

extension Window {
    /// Reads a window's name: Hann's unless there is one, none of null.
    static func read(_ key: String, _ arguments: inout ObjectReader) -> Window? {
        if arguments.has(key), arguments.optionalValue(key) == nil { return nil }
        return arguments.choice(key, default: Window.hann)
    }
}
