internal import CGcrypt

/// The SHA-256 (FIPS 180-4) of bytes that come in pieces, by libgcrypt, which takes the processor's own instructions for
/// it where there are any.
///
/// One owner at a time; nothing is added once the digest has been read.
package final class SHA256 {
    /// A digest's bytes.
    static let byteCount = 32

    private let state: gcry_md_hd_t

    /// The library wants its version asked for before anything else, once in a process.
    private static let isReady: Bool = {
        guard gcry_check_version(nil) != nil else { return false }
        trainyard_gcrypt_initialized()
        return true
    }()

    private static let algorithm = Int32(GCRY_MD_SHA256.rawValue)

    /// Makes one that has seen no bytes.
    init() {
        var state: gcry_md_hd_t?
        let status = Self.isReady ? gcry_md_open(&state, Self.algorithm, 0) : 1
        guard status == 0, let state else { preconditionFailure("libgcrypt gives no SHA-256, status \(status)") }
        self.state = state
    }

    deinit { gcry_md_close(state) }

    /// Adds bytes.
    func update(_ bytes: UnsafeRawBufferPointer) {
        gcry_md_write(state, bytes.baseAddress, bytes.count)
    }

    /// Adds bytes.
    func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of all bytes that were added.
    var digest: [UInt8] {
        Array(UnsafeBufferPointer(start: gcry_md_read(state, Self.algorithm), count: Self.byteCount))
    }

    /// The digest of all bytes that were added, as lower-case hexadecimal digits, two a byte.
    var hexadecimal: String { Self.hexadecimal(digest) }

    /// The digest of some bytes.
    static func digest(of bytes: [UInt8]) -> [UInt8] {
        let hasher = SHA256()
        hasher.update(bytes)
        return hasher.digest
    }

    /// The digest of some bytes, as lower-case hexadecimal digits, two a byte.
    package static func hexadecimal(of bytes: [UInt8]) -> String { hexadecimal(digest(of: bytes)) }

    private static func hexadecimal(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
