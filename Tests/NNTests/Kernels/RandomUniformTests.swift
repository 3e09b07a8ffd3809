import NN
import Testing

struct RandomUniformTests {
    /// The numbers of a key, `count` of them.
    private func numbers(_ key: [Float], count: Int, stream: Int = 0) throws -> [Float] {
        var graph = Graph()
        let input = try graph.input("key", shape: [4])
        let output = try graph.randomUniform(input, shape: [count], stream: stream)
        return try evaluate(graph, [input: key], [output])[0]
    }

    @Test func `a key of zeros gives the published block of Philox 4×32-10`() throws {
        // Random123's known-answer file kat_vectors: philox4x32 10, counter and key zero.
        let words: [UInt32] = [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
        #expect(try numbers([0, 0, 0, 0], count: 4) == words.map { Float($0 >> 8) * 0x1p-24 })
    }

    @Test(arguments: [1, 3, 31, 33, 100])
    func `fewer numbers are the beginning of more`(count: Int) throws {
        let key: [Float] = [9, 8, 7, 6]
        #expect(try numbers(key, count: count) == Array(numbers(key, count: 200).prefix(count)))
    }

    @Test func `numbers are spread evenly over [0, 1)`() throws {
        let drawn = try numbers([1, 2, 3, 4], count: 40_000)
        var bins = [Int](repeating: 0, count: 10)
        for number in drawn { bins[Int(number * 10)] += 1 }
        // A bin's count has a standard deviation of 60; five of them happen once in a million draws of this test.
        #expect(bins.allSatisfy { abs($0 - 4000) < 300 })
    }

    @Test func `another key, stream or quarter of the key gives other numbers`() throws {
        let all = [
            try numbers([1, 0, 0, 0], count: 8), try numbers([0, 1, 0, 0], count: 8),
            try numbers([0, 0, 1, 0], count: 8), try numbers([0, 0, 0, 1], count: 8),
            try numbers([1, 0, 0, 0], count: 8, stream: 1),
        ]
        #expect(Set(all).count == all.count)
    }
}
