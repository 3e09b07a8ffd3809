/// Which points of a curve are kept where it has more than anybody can draw.
public enum PointThinning {
    /// The most points that are kept.
    public static let limit = 2000

    /// The points that are kept, the first and the last among them.
    ///
    /// - Parameters:
    ///   - count: How many points there are.
    ///   - limit: How many may be kept, at least 2; what is more is left out evenly.
    ///   - isOnLine: Whether a point lies on the line from the one that was kept last to the next one.
    /// - Returns: Their numbers, rising.
    static func kept(
        of count: Int,
        limit: Int,
        isOnLine: (_ last: Int, _ place: Int) -> Bool
    ) -> [Int] {
        guard count > 2 else { return Array(0..<count) }
        var kept = [0]
        for place in 1..<count - 1 where !isOnLine(kept[kept.count - 1], place) { kept.append(place) }
        kept.append(count - 1)
        guard kept.count > limit else { return kept }
        return (0..<limit).map { kept[$0 * (kept.count - 1) / (limit - 1)] }
    }
}
