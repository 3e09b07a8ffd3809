/// Writes what was found in a file as frames, for the process that asked; `FrameReader` reads them.
///
/// A frame is a byte that tells its kind, then its fields: texts with their length before them, numbers little-endian.
struct FrameWriter {
    /// The kinds of frames.
    enum Kind: UInt8 {
        /// An entry of an archive: name, bytes.
        case entry = 1
        /// A group: path.
        case group
        /// An attribute that is texts: path, name, count, texts.
        case texts
        /// An attribute that is numbers: path, name, count, 64-bit floats.
        case numbers
        /// A data set: path, type, rank, extents, then its 32-bit floats.
        case dataset
        /// A data set whose numbers nobody asked for: path.
        case skipped
        /// Something that stands in the way: pointer, message.
        case fault
        /// The last frame: nothing more comes.
        case end
    }

    /// Takes the next bytes; gives false where nobody wants them any more.
    private let send: (UnsafeRawBufferPointer) -> Bool
    private var buffer: [UInt8] = []
    /// Whether all was taken so far.
    private(set) var isOpen = true

    private static let fullBuffer = 1 << 16

    /// A writer to whoever takes bytes.
    init(_ send: @escaping (UnsafeRawBufferPointer) -> Bool) { self.send = send }

    /// Begins a frame.
    mutating func begin(_ kind: Kind) {
        if buffer.count > Self.fullBuffer { flush() }
        buffer.append(kind.rawValue)
    }

    /// Adds a text.
    mutating func text(_ text: String) {
        number(text.utf8.count)
        buffer.append(contentsOf: text.utf8)
    }

    /// Adds a number that isn't negative.
    mutating func number(_ number: Int) {
        withUnsafeBytes(of: UInt64(number).littleEndian) { buffer.append(contentsOf: $0) }
    }

    /// Adds a 64-bit float.
    mutating func float(_ number: Double) {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
    }

    /// Adds bytes as they are, without their count.
    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        flush()
        if isOpen { isOpen = send(bytes) }
    }

    /// Sends what has been kept back.
    mutating func flush() {
        guard isOpen, !buffer.isEmpty else { return }
        isOpen = buffer.withUnsafeBytes(send)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what stands in the way.
    mutating func faults(_ error: InterchangeError) {
        for fault in error.faults {
            begin(.fault)
            text(fault.pointer)
            text(fault.message)
        }
    }

    /// Writes the last frame.
    mutating func finish() {
        begin(.end)
        flush()
    }
}
