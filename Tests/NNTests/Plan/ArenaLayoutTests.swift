import NN
import Testing

struct ArenaLayoutTests {
    /// Buffers with random sizes and lifetimes over 60 steps.
    private func buffers(seed: Int) -> [ArenaLayout.Buffer] {
        var numbers = TestNumbers(seed)
        return (0..<40).map { _ in
            let birth = Int(numbers.next(in: 0...59.9))
            let life = Int(numbers.next(in: 0...15))
            return ArenaLayout.Buffer(bytes: Int(numbers.next(in: 1...5000)), birth: birth, death: birth + life)
        }
    }

    @Test(arguments: 1...25)
    func `buffers that live at the same time never overlap`(seed: Int) {
        let buffers = buffers(seed: seed)
        let layout = ArenaLayout(buffers)

        for (i, a) in buffers.enumerated() {
            for (j, b) in buffers.enumerated() where j > i && a.birth <= b.death && b.birth <= a.death {
                let apart =
                    layout.offsets[i] + a.bytes <= layout.offsets[j] || layout.offsets[j] + b.bytes <= layout.offsets[i]
                #expect(apart, "\(a) at \(layout.offsets[i]) and \(b) at \(layout.offsets[j])")
            }
        }
    }

    @Test(arguments: 1...25)
    func `every buffer is aligned and lies within the arena, which is no larger than all together`(seed: Int) {
        let buffers = buffers(seed: seed)
        let layout = ArenaLayout(buffers)

        for (offset, buffer) in zip(layout.offsets, buffers) {
            #expect(offset % 64 == 0)
            #expect(offset + buffer.bytes <= layout.bytes)
        }
        #expect(layout.bytes < ArenaLayout(buffers, reuses: false).bytes)
    }

    @Test func `two buffers whose lives don't meet share their place`() {
        let layout = ArenaLayout([.init(bytes: 100, birth: 0, death: 1), .init(bytes: 100, birth: 2, death: 3)])
        #expect(layout.offsets == [0, 0])
        #expect(layout.bytes == 128)
    }
}
