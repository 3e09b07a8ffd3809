/// The first steps of `TextVectorization`: how a text is made uniform and parted into tokens, all over its bytes.
struct TextSplit: Sendable, Equatable {
    /// What is done to a text before it is parted (Keras's `standardize`).
    enum Standard: String, Sendable, CaseIterable {
        /// Both of the others.
        case lowerAndStripPunctuation = "lower_and_strip_punctuation"
        /// ASCII letters to lower case; all others stay, as in TensorFlow.
        case lower
        /// ASCII punctuation is left out, and nothing takes its place.
        case stripPunctuation = "strip_punctuation"
    }

    /// At what a text is parted (Keras's `split`).
    enum Separator: String, Sendable, CaseIterable {
        /// Runs of ASCII blanks.
        case whitespace
        /// Everywhere between Unicode code points.
        case character
    }

    let standard: Standard?
    let separator: Separator?
    /// How many tokens in a row make one, each in turn (Keras's `ngrams`); nil for single ones.
    let lengths: [Int]?

    /// Calls `body` with each token of a text, in order; those of many words behind those of few.
    ///
    /// - Parameters:
    ///   - text: The text in UTF-8.
    ///   - scratch: Room that is used again from text to text.
    ///   - body: Gets the bytes of a token, which last as long as the call.
    func forEachToken(
        of text: UnsafeBufferPointer<UInt8>,
        in scratch: inout Scratch,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        scratch.bytes.removeAll(keepingCapacity: true)
        scratch.ends.removeAll(keepingCapacity: true)
        scratch.starts.removeAll(keepingCapacity: true)
        standardize(text, into: &scratch.bytes)
        part(&scratch)
        guard let lengths else {
            scratch.bytes.withUnsafeBufferPointer { bytes in
                for (start, end) in zip(scratch.starts, scratch.ends) {
                    body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                }
            }
            return
        }
        for length in lengths where length <= scratch.starts.count {
            for first in 0...(scratch.starts.count - length) {
                scratch.joined.removeAll(keepingCapacity: true)
                for index in first..<(first + length) {
                    if index > first { scratch.joined.append(UInt8(ascii: " ")) }
                    scratch.joined.append(contentsOf: scratch.bytes[scratch.starts[index]..<scratch.ends[index]])
                }
                scratch.joined.withUnsafeBufferPointer(body)
            }
        }
    }

    /// Room for one text.
    struct Scratch {
        fileprivate var bytes: [UInt8] = []
        fileprivate var starts: [Int] = []
        fileprivate var ends: [Int] = []
        fileprivate var joined: [UInt8] = []
    }

    private func standardize(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
        guard let standard else { return bytes.append(contentsOf: text) }
        let lowers = standard != .stripPunctuation
        let strips = standard != .lower
        bytes.reserveCapacity(text.count)
        for byte in text {
            let kind = Self.kinds[Int(byte)]
            if strips, kind == .punctuation { continue }
            bytes.append(lowers && kind == .upper ? byte | 0x20 : byte)
        }
    }

    private func part(_ scratch: inout Scratch) {
        let bytes = scratch.bytes
        switch separator {
        case nil:
            scratch.starts.append(0)
            scratch.ends.append(bytes.count)
        case .character:
            for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
                if index > 0 { scratch.ends.append(index) }
                scratch.starts.append(index)
            }
            if !bytes.isEmpty { scratch.ends.append(bytes.count) }
        case .whitespace:
            var start: Int?
            for (index, byte) in bytes.enumerated() {
                if Self.kinds[Int(byte)] == .blank {
                    if let begun = start {
                        scratch.starts.append(begun)
                        scratch.ends.append(index)
                        start = nil
                    }
                } else if start == nil {
                    start = index
                }
            }
            if let start {
                scratch.starts.append(start)
                scratch.ends.append(bytes.count)
            }
        }
    }

    private enum Kind: UInt8 {
        case other, upper, punctuation, blank
    }

    /// What each byte is; those of letters beyond ASCII are `other`.
    private static let kinds: [Kind] = (0..<256).map { byte in
        switch UInt8(byte) {
        case 0x09...0x0D, 0x20: .blank
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: .punctuation
        default: .other
        }
    }
}
