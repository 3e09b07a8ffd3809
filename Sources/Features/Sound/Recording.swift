/// A piece of sound: samples of one or more channels at a rate.
public struct Recording: Sendable, Equatable {
    /// The samples, of all channels at one time after the other.
    public enum Samples: Sendable, Equatable {
        /// As they stand in files of 8 and 16 bits; 32,768 is 1.
        case integers([Int16])
        /// From about -1 to 1.
        case floats([Float])
    }

    /// The rates that a recording may have, in samples a second.
    public static let rates = 1...1_000_000
    /// How many channels a recording may have.
    public static let channelCounts = 1...1024

    /// Samples a second, of each channel.
    public let sampleRate: Int
    /// How many channels there are.
    public let channels: Int
    /// The samples; their count is a multiple of `channels`.
    public let samples: Samples
    /// What was not as the file's header said, or had to be replaced; a sentence each.
    public let notes: [String]

    /// Makes a recording; left over samples that don't fill all channels are left out.
    public init(sampleRate: Int, channels: Int, samples: Samples, notes: [String] = []) {
        precondition(channels > 0, "a recording has channels")
        self.sampleRate = sampleRate
        self.channels = channels
        self.samples = samples
        self.notes = notes
    }

    /// How many samples each channel has.
    public var frames: Int {
        switch samples {
        case .integers(let integers): integers.count / channels
        case .floats(let floats): floats.count / channels
        }
    }

    /// How long it is, in seconds.
    public var seconds: Double { Double(frames) / Double(sampleRate) }

    /// The samples as numbers from about -1 to 1.
    public var floats: [Float] {
        switch samples {
        case .integers(let integers): integers.map { Float($0) * 0x1p-15 }
        case .floats(let floats): floats
        }
    }

    /// The mean of the channels, as librosa takes it.
    public func mono() -> Recording {
        guard channels > 1 else { return self }
        let all = floats
        var means = [Float](repeating: 0, count: frames)
        for frame in means.indices {
            var sum: Float = 0
            for channel in 0..<channels { sum += all[frame * channels + channel] }
            means[frame] = sum / Float(channels)
        }
        return Recording(sampleRate: sampleRate, channels: 1, samples: .floats(means), notes: notes)
    }

    /// The recording at another rate, `⌈frames · rate / sampleRate⌉` samples a channel.
    ///
    /// - Throws: `FrontError` where all channels together would have more than `Resampler.greatestCount` samples, or far
    ///   more than there are, as of a file that says one sample a second.
    public func resampled(to rate: Int) throws(FrontError) -> Recording {
        guard rate != sampleRate else { return self }
        try Resampler.check(samples: frames * channels, from: sampleRate, to: rate)
        let resampler = Resampler.shared(from: sampleRate, to: rate)
        let all = floats
        guard channels > 1 else {
            return Recording(
                sampleRate: rate,
                channels: 1,
                samples: .floats(try resampler.resampled(all)),
                notes: notes
            )
        }
        var result: [Float] = []
        for channel in 0..<channels {
            let one = try resampler.resampled(
                stride(from: channel, to: frames * channels, by: channels).map { all[$0] }
            )
            if result.isEmpty { result = [Float](repeating: 0, count: one.count * channels) }
            for (frame, sample) in one.enumerated() { result[frame * channels + channel] = sample }
        }
        return Recording(sampleRate: rate, channels: channels, samples: .floats(result), notes: notes)
    }

    /// The recording in half the memory: samples rounded to 16 bits, those beyond -1 and 1 cut there.
    public func rounded() -> Recording {
        guard case .floats(let floats) = samples else { return self }
        let integers = floats.map { Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded(.toNearestOrEven)))) }
        return Recording(sampleRate: sampleRate, channels: channels, samples: .integers(integers), notes: notes)
    }
}
