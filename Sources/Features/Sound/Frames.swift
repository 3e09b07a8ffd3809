/// Sound in frames that overlap, each transformed: the short-time Fourier transform.
struct Frames: Sendable {
    let fft: RealFFT
    /// The weights of a frame, with zeros to the transform's length.
    let window: [Float]
    /// How many samples lie between two frames' beginnings.
    let stride: Int

    init(fftLength: Int, window: [Float], stride: Int) {
        fft = RealFFT(count: fftLength)
        self.window = window
        self.stride = stride
    }

    /// The window in the middle of the transform's length, as `keras.ops.stft` has it.
    static func centred(_ window: [Float], in length: Int) -> [Float] {
        let left = (length - window.count) / 2
        return Array(repeating: 0, count: left) + window
            + Array(repeating: 0, count: length - window.count - left)
    }

    /// Sound with its mirror image at both ends, without the samples at the edges themselves.
    ///
    /// - Parameters:
    ///   - sound: More samples than `count`.
    ///   - count: How many are put at each end.
    /// - Returns: The sound, longer by twice `count`.
    static func reflected(_ sound: [Float], by count: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(sound.count + 2 * count)
        for index in 0..<count { result.append(sound[count - index]) }
        result.append(contentsOf: sound)
        for index in 0..<count { result.append(sound[sound.count - 2 - index]) }
        return result
    }

    /// Calls `body` with the number and the transform of each frame that begins in the sound and ends in it.
    func forEach(in sound: [Float], count: Int, _ body: (Int, borrowing RealFFT.Scratch) -> Void) {
        var scratch = fft.scratch()
        sound.withUnsafeBufferPointer { sound in
            for frame in 0..<count {
                let part = UnsafeBufferPointer(rebasing: sound[frame * stride..<frame * stride + fft.count])
                fft.transform(part, window: window, &scratch)
                body(frame, scratch)
            }
        }
    }
}
