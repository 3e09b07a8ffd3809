/// Offsets of buffers in one block of memory, such that buffers alive at the same time never overlap.
package struct ArenaLayout: Sendable {
    /// A buffer that is written by step `birth` and read last by step `death`.
    package struct Buffer: Sendable {
        package let bytes: Int
        package var birth: Int
        package var death: Int

        package init(bytes: Int, birth: Int, death: Int) {
            (self.bytes, self.birth, self.death) = (bytes, birth, death)
        }
    }

    /// Where every buffer starts, a multiple of 64.
    package let offsets: [Int]
    /// The bytes that the arena needs.
    package let bytes: Int

    /// Places the largest buffers first, each at the lowest offset where nothing that lives at the same time lies.
    package init(_ buffers: [Buffer], reuses: Bool = true) {
        var offsets = [Int](repeating: 0, count: buffers.count)
        var placed: [Int] = []
        var end = 0
        let order = buffers.indices.sorted {
            (-buffers[$0].bytes, buffers[$0].birth, $0) < (-buffers[$1].bytes, buffers[$1].birth, $1)
        }
        for index in order {
            let buffer = buffers[index]
            let size = (buffer.bytes + 63) / 64 * 64
            let busy =
                placed
                .filter { !reuses || (buffers[$0].birth <= buffer.death && buffer.birth <= buffers[$0].death) }
                .map { (start: offsets[$0], end: offsets[$0] + (buffers[$0].bytes + 63) / 64 * 64) }
                .sorted { $0.start < $1.start }
            var offset = 0
            for gap in busy {
                if gap.start >= offset + size { break }
                offset = max(offset, gap.end)
            }
            offsets[index] = offset
            placed.append(index)
            end = max(end, offset + size)
        }
        self.offsets = offsets
        bytes = end
    }
}
