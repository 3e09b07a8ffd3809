import JSON
import Testing

struct SuggestionTests {
    private let layers = ["Conv2D", "Dense", "Dropout", "GRU", "LSTM", "MaxPooling2D", "LeakyReLU", "Flatten"]

    @Test(
        arguments: [
            ("Gru", "GRU"), ("gur", "GRU"), ("conv2d", "Conv2D"), ("Conv", "Conv2D"), ("MaxPool2D", "MaxPooling2D"),
            ("Desne", "Dense"),
            ("leakyrelu", "LeakyReLU"), ("Leaky_ReLU", "LeakyReLU"), ("Transformer", nil), ("", nil),
            ("Flaten", "Flatten"),
        ] as [(String, String?)]
    )
    func `the nearest name is suggested and a far one is not`(name: String, nearest: String?) {
        #expect(Suggestion.closest(to: name, among: layers) == nearest)
    }

    @Test func `a name that differs in case alone wins over one edit`() {
        #expect(Suggestion.closest(to: "adam", among: ["Adam", "Adams"]) == "Adam")
        #expect(Suggestion.closest(to: "adams", among: ["Adam", "Adams"]) == "Adams")
    }

    @Test func `an unknown name is told with all known ones`() {
        #expect(
            Suggestion.unknown("layer", "Gru", known: ["GRU", "LSTM"])
                == #"unknown layer "Gru"; did you mean "GRU"? Known: GRU, LSTM"#
        )
        #expect(Suggestion.unknown("layer", "X1", known: ["GRU"]) == #"unknown layer "X1". Known: GRU"#)
    }

    @Test func `a long list of known names is cut`() {
        let sentence = Suggestion.unknown("column", "zzzz", known: (0..<1000).map { "c\($0)" })

        #expect(sentence.hasSuffix("c98, c99 and 900 more"))
    }

    @Test(
        arguments: [
            (.any, "a number", [-1e300, 0], []), (.from(0), "a number of at least 0", [0, 1], [-0.001]),
            (.above(0), "a number above 0", [0.1], [0, -1]),
            (.from(0, through: 1), "a number from 0 to 1", [0, 1], [1.01, -1]),
            (.from(0, below: 1), "a number from 0 to below 1", [0, 0.99], [1]),
            (.above(0, through: 1), "a number above 0, at most 1", [1], [0, 1.1]),
            (.above(0.5, below: 1), "a number above 0.5, below 1", [0.75], [0.5, 1]),
        ] as [(Interval, String, [Double], [Double])]
    )
    func `an interval contains what its words say`(
        interval: Interval,
        words: String,
        inside: [Double],
        outside: [Double]
    ) {
        #expect(interval.description == words)
        #expect(inside.allSatisfy(interval.contains))
        #expect(!outside.contains(where: interval.contains))
    }
}
