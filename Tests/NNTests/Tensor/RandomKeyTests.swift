import NN
import Testing

struct RandomKeyTests {
    @Test func `keys of other seeds, parts and depths are all different`() {
        var keys = Set<RandomKey>()
        for seed in 0..<20 {
            let root = RandomKey(seed: seed)
            keys.insert(root)
            for part in 0..<20 {
                keys.insert(root.child(part))
                for step in 0..<20 { keys.insert(root.child(part).child(step)) }
            }
        }

        #expect(keys.count == 20 + 20 * 20 + 20 * 20 * 20)
    }

    @Test func `a key is written as four numbers of sixteen bits`() {
        let key = RandomKey(seed: 42)

        let numbers = [Float](unsafeUninitializedCapacity: 4) { buffer, count in
            if let memory = buffer.baseAddress { key.write(to: memory) }
            count = 4
        }

        #expect(numbers.reversed().reduce(UInt64(0)) { $0 << 16 | UInt64($1) } == key.word)
    }
}
