import JSON
import NN

/// The values that the trials of an experiment have, which follow from the request alone.
struct SpaceDraws: Sendable {
    /// The parameters, in the order of the request.
    let parameters: [SpaceParameter]

    /// How many combinations there are; nil where there is no end of them, or too many to be counted.
    var combinations: Int? {
        var product = 1
        for parameter in parameters {
            guard let count = parameter.count else { return nil }
            let (next, overflows) = product.multipliedReportingOverflow(by: count)
            if overflows { return nil }
            product = next
        }
        return product
    }

    /// The values of one trial, one a parameter, each as JSON.
    typealias Values = [String]

    /// The first combinations of a finite space; the last parameter changes from one to the next.
    func combinations(_ count: Int) -> [Values] {
        (0..<count).map { number in
            var left = number
            var values: Values = []
            for parameter in parameters.reversed() {
                let count = parameter.count ?? 1
                values.append(parameter.value(at: left % count))
                left /= count
            }
            return values.reversed()
        }
    }

    /// So many draws, none of which comes twice; of a finite space at most all.
    func draws(_ wanted: Int, seed: Int) -> [Values] {
        let count = min(wanted, combinations ?? wanted)
        var generator = SplitMix64(state: RandomKey(seed: seed).child(Self.use).word)
        var draws: [Values] = []
        var known: Set<Values> = []
        // A space of no more values than bits may give a continuous parameter's value twice: no draw is tried for ever.
        var attempts = 0
        while draws.count < count, attempts < Self.attempts * count {
            attempts += 1
            let values = parameters.map { $0.draw(&generator) }
            if known.insert(values).inserted { draws.append(values) }
        }
        return draws
    }

    /// The values as an object by path.
    func object(_ values: Values) -> String {
        var json = JSONWriter()
        json.object { json in
            for (parameter, value) in zip(parameters, values) {
                json.key(parameter.path)
                json.raw(value.utf8)
            }
        }
        return json.text
    }

    /// Tells what follows from a seed here from what follows from it elsewhere.
    private static let use = 0x7370_6163
    /// Draws for each that is wanted, after which none other is to be expected.
    private static let attempts = 1000
}
