internal import CHDF5
import NN
import Synchronization

/// Writes an HDF5 file in memory, without dates, so that the same contents give the same bytes.
///
/// The library keeps global state, so one file is written at a time.
final class HDF5Writer {
    private let file: hid_t
    private var isGood = true

    private static let gate = Mutex(())

    private init?() {
        hdf5_start()
        file = hdf5_create()
        if file < 0 { return nil }
    }

    /// Writes a file.
    ///
    /// - Parameter body: Writes what it is to hold.
    /// - Returns: Its bytes.
    /// - Throws: `InterchangeError` where there is no memory for it.
    static func file(_ body: (HDF5Writer) -> Void) throws(InterchangeError) -> [UInt8] {
        let bytes = gate.withLock { _ -> [UInt8]? in
            guard let writer = HDF5Writer() else { return nil }
            defer { hdf5_close(writer.file) }
            body(writer)
            let count = hdf5_image(writer.file, nil, 0)
            guard writer.isGood, count > 0 else { return nil }
            return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
                initialized = max(0, Int(hdf5_image(writer.file, buffer.baseAddress, buffer.count)))
            }
        }
        guard let bytes, !bytes.isEmpty else { throw InterchangeError("HDF5: the file could not be written") }
        return bytes
    }

    /// Makes a group with those above it, where they aren't there yet.
    ///
    /// - Parameters:
    ///   - path: Its path; empty for the root.
    ///   - body: Is given its handle.
    func group(_ path: String, _ body: (Group) -> Void = { _ in }) {
        var opened: [hid_t] = [hdf5_open_group(file, "/")]
        defer { for handle in opened.reversed() where handle >= 0 { hdf5_close_group(handle) } }
        for name in path.split(separator: "/") {
            guard let last = opened.last, last >= 0 else { break }
            let known = hdf5_open_group(last, String(name))
            opened.append(known >= 0 ? known : hdf5_create_group(last, String(name)))
        }
        guard let last = opened.last, last >= 0 else { return isGood = false }
        body(Group(handle: last, writer: self))
    }

    /// A group that is open.
    struct Group {
        fileprivate let handle: hid_t
        fileprivate let writer: HDF5Writer

        /// Writes numbers.
        func write(_ name: String, _ tensor: Tensor) {
            let extents = tensor.shape.extents.map { UInt64($0) }
            let status = tensor.values.withUnsafeBufferPointer { values in
                hdf5_write(handle, name, Int32(extents.count), extents, values.baseAddress)
            }
            if status < 0 { writer.isGood = false }
        }

        /// Writes one whole number.
        func write(_ name: String, _ number: Int32) {
            if hdf5_write_integer(handle, name, number) < 0 { writer.isGood = false }
        }

        /// Writes a text beside the group.
        func attribute(_ name: String, _ text: String) {
            if hdf5_write_text(handle, name, text) < 0 { writer.isGood = false }
        }

        /// Writes a list of texts beside the group, in several attributes where it is too long for one, as Keras does.
        func attribute(_ name: String, _ texts: [String]) {
            let width = max(texts.map(\.utf8.count).max() ?? 0, 1)
            let most = max(1, Self.greatestAttribute / width)
            guard texts.count > most else { return list(name, texts[...], width) }
            for (number, start) in stride(from: 0, to: texts.count, by: most).enumerated() {
                list("\(name)\(number)", texts[start..<min(start + most, texts.count)], width)
            }
        }

        /// What HDF5 has room for beside an object.
        private static let greatestAttribute = 64_512

        private func list(_ name: String, _ texts: ArraySlice<String>, _ width: Int) {
            var bytes: [CChar] = []
            for text in texts {
                bytes += text.utf8.map { CChar(bitPattern: $0) }
                bytes += [CChar](repeating: 0, count: width - text.utf8.count)
            }
            if bytes.isEmpty { bytes = [0] }
            if hdf5_write_texts(handle, name, UInt64(texts.count), width, bytes) < 0 { writer.isGood = false }
        }
    }
}
