/// One of the rounds in which trials are trained: so many of them, up to an epoch.
struct Rung: Sendable, Equatable {
    /// How many trials take part.
    let trials: Int
    /// Up to which epoch they are trained; nil for what each trial's own options say.
    let epochs: Int?

    /// How many trials take part in a rung for each that takes part in the next one, and how many times as long the next one
    /// trains: the factor of scikit-learn's `HalvingGridSearchCV`.
    static let factor = 3

    /// The only rung where none is dropped.
    static func all(_ trials: Int) -> [Rung] { [Rung(trials: trials, epochs: nil)] }

    /// Successive halving: the last rung trains for all epochs, and as few come before it as bring the whole below a third of
    /// what all trials would train; where that can't be, as many as leave trials to be dropped and epochs to be parted.
    ///
    /// Few rungs begin with more epochs, by which trials are told apart better.
    ///
    /// - Parameters:
    ///   - trials: How many trials there are.
    ///   - epochs: How many epochs those are trained for that are left in the end.
    /// - Returns: The rungs, first to last.
    static func halving(_ trials: Int, epochs: Int) -> [Rung] {
        var shares = [1]
        while true {
            let rungs = shares.indices.map { place in
                let (dropped, later) = (shares[place], shares[shares.count - 1 - place])
                return Rung(trials: (trials + dropped - 1) / dropped, epochs: epochs / later)
            }
            let next = (shares.last ?? 1) * factor
            let isWhole = (rungs.last?.trials ?? 1) == 1 || next > epochs
            if isWhole || trained(rungs) * factor < trials * epochs { return rungs }
            shares.append(next)
        }
    }

    /// How many epochs all rungs train, each of which goes on where the one before has ended.
    static func trained(_ rungs: [Rung]) -> Int {
        var (sum, before) = (0, 0)
        for rung in rungs {
            sum += rung.trials * ((rung.epochs ?? 0) - before)
            before = rung.epochs ?? 0
        }
        return sum
    }
}
