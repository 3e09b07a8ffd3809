/// How much of a request the parser takes before it refuses.
package struct WireLimits: Sendable {
    /// Bytes of the request line and all field lines together; more is a 431.
    package var headBytes: Int

    /// Field lines of a head, and of a trailer section; more is a 431.
    package var fieldCount: Int

    /// Bytes of the request target; more is a 414.
    package var targetBytes: Int

    /// Bytes of one chunk's size line with its extensions; more is a 400.
    package var chunkLineBytes: Int

    package init(
        headBytes: Int = 16_384,
        fieldCount: Int = 100,
        targetBytes: Int = 8_192,
        chunkLineBytes: Int = 1_024
    ) {
        self.headBytes = headBytes
        self.fieldCount = fieldCount
        self.targetBytes = targetBytes
        self.chunkLineBytes = chunkLineBytes
    }
}
