import Glibc
public import JSON

/// Keras's `STFTSpectrogram`: sound to the spectra of its frames, `[frames, bins]`, the channels' bins side by side.
public struct STFTSpectrogramFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "STFTSpectrogram"

    /// What is given of each bin.
    private enum Mode: String, Sendable, CaseIterable {
        case log, magnitude, psd, real, imag, angle, stft
    }

    /// By what a frame's weights are divided.
    private enum Scaling: String, Sendable, CaseIterable {
        case density, spectrum
    }

    /// Keras's `epsilon`, under which no power and no magnitude falls.
    private static let epsilon: Float = 1e-7

    private let title: String
    private let mode: Mode
    private let frameLength: Int
    private let frameStep: Int?
    private let fftLength: Int?
    private let window: Window?
    private let isPeriodic: Bool
    private let scaling: Scaling?
    private let padsSame: Bool
    private let expandsDims: Bool
    private let dataFormat: String?
    private let frames: Frames
    /// By what the window's weights are divided.
    private let divisor: Float

    /// Reads Keras's arguments; `fft_length` must be even.
    public init(reading arguments: inout ObjectReader) {
        title = layerTitle(Self.name, arguments)
        mode = arguments.choice("mode", default: .log)
        let greatest = MelSpectrogramFrontLayer.greatestLength
        frameLength = arguments.int("frame_length", in: 2...greatest, default: 256)
        frameStep = arguments.optionalInt("frame_step", in: 1...greatest)
        if let frameStep, frameStep > frameLength {
            arguments.fault(at: "frame_step", "expected at most frame_length, \(frameLength), found \(frameStep)")
        }
        fftLength = arguments.optionalInt("fft_length", in: 2...greatest)
        if let fftLength, fftLength < frameLength || fftLength % 2 == 1 {
            arguments.fault(
                at: "fft_length",
                "expected an even number from frame_length, \(frameLength), found \(fftLength)"
            )
        }
        window = Window.read("window", &arguments)
        isPeriodic = arguments.bool("periodic", default: false)
        if arguments.has("scaling"), arguments.optionalValue("scaling") == nil {
            scaling = nil
        } else {
            scaling = arguments.choice("scaling", default: .density)
        }
        padsSame = arguments.choice("padding", among: ["valid", "same"], default: "valid") == "same"
        expandsDims = arguments.bool("expand_dims", default: false)
        dataFormat = arguments.optionalChoice("data_format", among: ["channels_last", "channels_first"])
        var length = 1
        while length < frameLength { length *= 2 }
        length = max(fftLength ?? length, frameLength)
        var weights = Array(repeating: Float(1), count: frameLength)
        var divisor: Float = 1
        if let window {
            weights = window.weights(frameLength, isPeriodic: isPeriodic)
            divisor =
                switch scaling {
                case .density: weights.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
                case .spectrum: weights.reduce(Float(0)) { $0 + abs($1) }
                case nil: Float(1)
                }
            weights = weights.map { $0 / divisor }
        }
        self.divisor = divisor
        frames = Frames(
            fftLength: length,
            window: weights + Array(repeating: 0, count: length - frameLength),
            stride: frameStep ?? max(1, frameLength / 2)
        )
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("mode", mode.rawValue)
        json.field("frame_length", frameLength)
        json.field("frame_step", frameStep)
        json.field("fft_length", fftLength)
        json.field("window", window?.rawValue)
        json.field("periodic", isPeriodic)
        json.field("scaling", scaling?.rawValue)
        json.field("padding", padsSame ? "same" : "valid")
        json.field("expand_dims", expandsDims)
        json.field("data_format", dataFormat)
    }

    /// The extents of each of `kernels`: `[frame_length, 1, bins]`.
    public var kernelShape: [Int] { [frameLength, 1, frames.fft.bins] }

    /// What Keras keeps of the layer as weights: by what a frame is multiplied for the real and the imaginary part of each
    /// bin, of those parts that the mode needs.
    public var kernels: [(name: String, values: [Float])] {
        let bins = frames.fft.bins
        let weights = window?.weights(frameLength, isPeriodic: isPeriodic) ?? Array(repeating: 1, count: frameLength)
        func kernel(_ name: String, _ wave: (Float) -> Float) -> (name: String, values: [Float]) {
            var values: [Float] = []
            values.reserveCapacity(frameLength * bins)
            for time in 0..<frameLength {
                for bin in 0..<bins {
                    // In 32 bits and in this order, as Keras.
                    let angle = -2 * Float(time) * (Float(bin) / Float(frames.fft.count)) * Float.pi
                    values.append(wave(angle) * weights[time] / divisor)
                }
            }
            return (name, values)
        }
        let real = mode == .imag ? [] : [kernel("real_kernel") { cosf($0) }]
        return real + (mode == .real ? [] : [kernel("imag_kernel") { sinf($0) }])
    }

    private var isChannelsFirst: Bool { dataFormat == "channels_first" }

    /// How many numbers a frame of one channel gives.
    private var width: Int { frames.fft.bins * (mode == .stft ? 2 : 1) }

    private func frameCount(_ samples: Int) -> Int {
        if padsSame { return (samples + frames.stride - 1) / frames.stride }
        return samples < frameLength ? 0 : 1 + (samples - frameLength) / frames.stride
    }

    /// Numbers: frames by bins; with channels these side by side, or with `expand_dims` along an axis of their own.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.float, .integer], "sound", for: title)
        guard (1...2).contains(input.shape.count) else {
            throw FrontError("\(title) takes sound, [samples] or [samples, channels], found \(input)")
        }
        let isSingle = input.shape.count == 1
        let channels = isSingle ? 1 : input.shape[isChannelsFirst ? 0 : 1]
        guard let channels else { throw FrontError("\(title) must know the number of channels, found \(input)") }
        let samples = input.shape[isChannelsFirst && !isSingle ? 1 : 0]
        if let samples, frameCount(samples) == 0 {
            throw FrontError("\(title) needs \(frameLength) samples for a frame, found \(input)")
        }
        let count = samples.map(frameCount)
        try MelSpectrogramFrontLayer.checkSize((count ?? 0) * width * channels, for: title)
        return FrontType(.float, shape(count, channels))
    }

    private func shape(_ frames: Int?, _ channels: Int) -> [Int?] {
        switch (expandsDims, isChannelsFirst) {
        case (false, false): [frames, channels * width]
        case (false, true): [channels * width, frames]
        case (true, false): [frames, width, channels]
        case (true, true): [channels, frames, width]
        }
    }

    /// Cuts into frames, transforms, and takes what the mode says.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        guard let all = inputs[0].floats else { throw FrontError("\(title) takes sound, found words") }
        let shape = inputs[0].shape
        let channels = shape.count == 1 ? 1 : shape[isChannelsFirst ? 0 : 1]
        let samples = channels == 0 ? 0 : all.count / channels
        let count = frameCount(samples)
        guard count > 0 else {
            throw FrontError("\(title) needs \(padsSame ? 1 : frameLength) samples for a frame, found \(samples)")
        }
        try MelSpectrogramFrontLayer.checkSize(count * width * channels, for: title)
        var result = [Float](repeating: 0, count: count * width * channels)
        var values = [Float](repeating: 0, count: width)
        for channel in 0..<channels {
            let places = isChannelsFirst ? (channel * samples, 1) : (channel, channels)
            let sound = padded((0..<samples).map { all[places.0 + $0 * places.1] }, count)
            frames.forEach(in: sound, count: count) { frame, transform in
                take(transform, &values)
                for index in 0..<width {
                    result[place(frame, index, channel, of: count, channels)] = values[index]
                }
            }
        }
        return FrontValue(.floats(result), self.shape(count, channels).compactMap { $0 })
    }

    /// The sound of one channel with silence around it, as a convolution's padding has it, and behind the last frame up
    /// to the transform's length.
    private func padded(_ sound: [Float], _ count: Int) -> [Float] {
        let needed = (count - 1) * frames.stride + frameLength
        let left = padsSame ? max(0, needed - sound.count) / 2 : 0
        let behind = max(0, (count - 1) * frames.stride + frames.fft.count - left - sound.count)
        return Array(repeating: 0, count: left) + sound + Array(repeating: 0, count: behind)
    }

    private func place(_ frame: Int, _ index: Int, _ channel: Int, of count: Int, _ channels: Int) -> Int {
        switch (expandsDims, isChannelsFirst) {
        case (false, false): (frame * channels + channel) * width + index
        case (false, true): (channel * width + index) * count + frame
        case (true, false): (frame * width + index) * channels + channel
        case (true, true): (channel * count + frame) * width + index
        }
    }

    /// What the mode says of a frame's transform.
    private func take(_ transform: borrowing RealFFT.Scratch, _ values: inout [Float]) {
        let bins = frames.fft.bins
        for bin in 0..<bins {
            let (real, imaginary) = (transform.real[bin], transform.imaginary[bin])
            let power = real * real + imaginary * imaginary
            switch mode {
            case .log: values[bin] = logf(max(max(power, Self.epsilon).squareRoot(), Self.epsilon))
            case .magnitude: values[bin] = max(power, Self.epsilon).squareRoot()
            case .psd: values[bin] = bin == 0 || bin == bins - 1 ? power : 2 * power
            case .real: values[bin] = real
            case .imag: values[bin] = imaginary
            case .angle: values[bin] = atan2f(imaginary, real)
            case .stft:
                values[bin] = real
                values[bins + bin] = imaginary
            }
        }
    }
}
