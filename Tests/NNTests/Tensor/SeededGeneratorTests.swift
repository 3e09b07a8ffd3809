import NN
import Testing

struct SeededGeneratorTests {
    @Test func `SplitMix64 gives the numbers of its authors' program`() {
        // The first numbers of https://prng.di.unimi.it/splitmix64.c from the state 1234567.
        var generator = SplitMix64(state: 1_234_567)

        let numbers = (0..<3).map { _ in generator.next() }

        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func `xoshiro256** gives the numbers of its authors' program`() throws {
        // The first numbers of https://prng.di.unimi.it/xoshiro256starstar.c from the state 1, 2, 3, 4.
        var generator = try #require(SeededGenerator(state: [1, 2, 3, 4]))

        let numbers = (0..<4).map { _ in generator.next() }

        #expect(numbers == [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240])
    }

    @Test func `a restored state goes on with the same numbers`() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<17 { _ = generator.normal() }

        var restored = try #require(SeededGenerator(state: generator.state))

        #expect(restored == generator)
        #expect((0..<9).map { _ in restored.normal() } == (0..<9).map { _ in generator.normal() })
    }

    @Test(arguments: [[], [1, 2, 3], [0, 0, 0, 0], [1, 2, 3, 4, 5]] as [[UInt64]])
    func `what isn't a state is refused`(words: [UInt64]) {
        #expect(SeededGenerator(state: words) == nil)
    }

    @Test func `different seeds and names give different numbers`() {
        var generators = [
            SeededGenerator(seed: 0), SeededGenerator(seed: 1), SeededGenerator(seed: 0, name: "a"),
            SeededGenerator(seed: 0, name: "b"), SeededGenerator(seed: 1, name: "a"),
        ]

        let firsts = generators.indices.map { generators[$0].next() }

        #expect(Set(firsts).count == generators.count)
    }

    @Test func `uniform and normal numbers have their moments`() {
        var generator = SeededGenerator(seed: 9)
        let count = 100_000
        let uniform = (0..<count).map { _ in generator.uniform() }
        let normal = (0..<count).map { _ in generator.normal() }

        func mean(_ list: [Double]) -> Double { list.reduce(0, +) / Double(count) }

        // Five standard errors each.
        let root = Double(count).squareRoot()
        #expect(uniform.allSatisfy { (0..<1).contains($0) })
        #expect(abs(mean(uniform) - 0.5) < 5 * 0.2887 / root)
        #expect(abs(mean(normal)) < 5 / root)
        #expect(abs(mean(normal.map { $0 * $0 }) - 1) < 5 * 1.4142 / root)
        #expect(abs(mean(normal.map { $0 * $0 * $0 })) < 5 * 3.873 / root)
    }
}
