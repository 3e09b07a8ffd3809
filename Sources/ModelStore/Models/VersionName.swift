/// Which version of a model is meant, once aliases have been looked up.
public enum VersionName: Hashable, Sendable, CustomStringConvertible {
    /// The one of that number; 0 for the initial weights.
    case number(Int)
    /// A kept epoch of a job that trained the model.
    case kept(KeptEpoch)

    /// The number, or the name of the kept epoch.
    public var description: String {
        switch self {
        case .number(let number): String(number)
        case .kept(let kept): kept.description
        }
    }

    /// The number; nil for a kept epoch.
    public var number: Int? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    /// The kept epoch; nil for a number.
    public var kept: KeptEpoch? {
        guard case .kept(let kept) = self else { return nil }
        return kept
    }

    /// The weights that the model is defined with.
    public static let initial = VersionName.number(0)
}
