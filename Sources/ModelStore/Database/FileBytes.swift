import Foundation

/// Reading whole stretches of a file.
enum FileBytes {
    /// Fills a buffer from an offset on; throws `.corrupt` where the file ends before.
    static func read(
        _ descriptor: Int32,
        into bytes: UnsafeMutableRawBufferPointer,
        at offset: Int,
        path: String
    ) throws(StoreError) {
        var filled = 0
        while filled < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
            let result = pread(descriptor, rest.baseAddress, rest.count, offset + filled)
            if result > 0 {
                filled += result
            } else if result == 0 {
                throw .corrupt("\(path): the file ends at byte \(offset + filled), expected \(offset + bytes.count)")
            } else if errno != EINTR {
                throw StoreError(errno: errno, doing: "reading", path: path)
            }
        }
    }

    /// Hands out `count` bytes from an offset on, in pieces; throws `.corrupt` where the file ends before.
    static func forEachPiece(
        of descriptor: Int32,
        from start: Int = 0,
        count: Int,
        path: String,
        _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        var piece = [UInt8](repeating: 0, count: max(1, min(count, 1 << 18)))
        for offset in stride(from: 0, to: count, by: piece.count) {
            let wanted = min(piece.count, count - offset)
            try piece.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
                let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[..<wanted]))
                try read(descriptor, into: bytes, at: start + offset, path: path)
                try body(UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
