/// Where a prediction waits and is computed: what takes long has threads of its own, so that what is short need not wait
/// for it.
///
/// The threads of the long lane ask for long slices of the processor, which those of the short one cut off as they wake.
enum PredictionLane: Int, CaseIterable {
    /// A few rows in a small body.
    case short
    /// Many rows.
    case long

    /// The most rows that are few.
    private static let fewRows = 64
    /// The most bytes of a body that is small.
    private static let smallBody = 256 << 10

    /// The lane of so many rows.
    init(rows: Int) { self = rows > Self.fewRows ? .long : .short }

    /// The lane in which a body is read of so many bytes, or of a number that isn't known.
    init(bytes: Int?) { self = (bytes ?? .max) > Self.smallBody ? .long : .short }
}
