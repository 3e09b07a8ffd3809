import NN

/// Draws the rows of one of several folds, as scikit-learn's `KFold` and `StratifiedKFold` do with `shuffle`.
///
/// All folds of a seed together hold each row once, and their sizes differ by one row at most.
struct FoldDraw {
    /// The fold that is drawn.
    let fold: ValidationChoice.Fold
    /// What the shuffle begins with.
    let seed: Int

    /// Whether each row is in the fold.
    ///
    /// - Parameters:
    ///   - rows: How many rows there are, at least as many as folds.
    ///   - kinds: Rows' classes, which each fold gets alike; nil where rows are drawn whatever they are.
    /// - Returns: For each row whether it is in the fold.
    func members(rows: Int, kinds: [Int]?) -> [Bool] {
        var generator = SplitMix64(state: RandomKey(seed: seed).child(Self.use).word)
        let folds = kinds.map { stratified($0, &generator) } ?? plain(rows, &generator)
        return folds.map { $0 == fold.number - 1 }
    }

    /// Tells what follows from a seed here from what follows from it elsewhere.
    private static let use = 0x666F_6C64

    /// The fold of each row: of shuffled rows the first ones are the first fold, which with the next ones has one more
    /// where they don't divide evenly.
    private func plain(_ rows: Int, _ generator: inout SplitMix64) -> [Int] {
        var order = Array(0..<rows)
        order.permute(by: &generator)
        var folds = [Int](repeating: 0, count: rows)
        for (place, row) in order.enumerated() {
            // So many rows are in the folds that have one more.
            let (size, larger) = (rows / fold.folds, rows % fold.folds)
            let inLarger = larger * (size + 1)
            folds[row] = place < inLarger ? place / (size + 1) : larger + (place - inLarger) / size
        }
        return folds
    }

    /// The fold of each row, as `StratifiedKFold` shares out classes: rows in the order of their classes are dealt out, which
    /// tells how many of each class a fold gets, and which ones is shuffled.
    private func stratified(_ kinds: [Int], _ generator: inout SplitMix64) -> [Int] {
        var places: [Int: Int] = [:]
        var members: [[Int]] = []
        for (row, kind) in kinds.enumerated() {
            let place = places[kind] ?? members.count
            if place == members.count {
                places[kind] = place
                members.append([])
            }
            members[place].append(row)
        }
        var folds = [Int](repeating: 0, count: kinds.count)
        var dealt = 0
        for rows in members {
            var own = rows.indices.map { (dealt + $0) % fold.folds }.sorted()
            own.permute(by: &generator)
            for (row, fold) in zip(rows, own) { folds[row] = fold }
            dealt += rows.count
        }
        return folds
    }
}

extension Array {
    /// Fisher and Yates's shuffle.
    fileprivate mutating func permute(by generator: inout SplitMix64) {
        for last in stride(from: count - 1, to: 0, by: -1) { swapAt(last, generator.draw(below: last + 1)) }
    }
}

extension SplitMix64 {
    /// A number from 0 to below a bound, each equally likely: draws from the incomplete last interval are drawn again.
    mutating func draw(below bound: Int) -> Int {
        let bound = UInt64(bound)
        let limit = UInt64.max - UInt64.max % bound
        while true {
            let word = next()
            if word < limit { return Int(word % bound) }
        }
    }
}
