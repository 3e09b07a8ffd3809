import JSON
import NN

/// One view into a network: what it is asked, and what it answers.
///
/// To add one is to add a file with a type that conforms, and its line in `InspectionViews`.
protocol InspectionView: Sendable {
    /// The last segment of its address.
    static var name: String { get }
    /// Whether it is of a row.
    static var sample: SampleNeed { get }
    /// Whether it can be had as a picture.
    static var hasPicture: Bool { get }

    /// Another version that it is compared with; nil for none.
    var compared: VersionReference? { get }
    /// Whether it takes a loss, and which: nil where it takes none.
    var lossWish: LossWish? { get }

    /// Reads its own members.
    init(reading reader: inout ObjectReader)

    /// Computes the answer, in the thread that is for it.
    ///
    /// - Throws: `FaultyInput` for what the model hasn't or what is too much.
    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer
}

extension InspectionView {
    static var sample: SampleNeed { .needed }
    static var hasPicture: Bool { false }
    var compared: VersionReference? { nil }
    var lossWish: LossWish? { nil }
}

/// Whether a view is of a row.
enum SampleNeed: Sendable {
    case needed, allowed, none
}

/// A loss that a view is asked with.
struct LossWish: Sendable {
    /// The loss as training takes it; nil for that of the version's training.
    let loss: JSONValue?
    /// Where it stands in the request.
    let pointer: String
}

/// All views.
enum InspectionViews {
    static let all: [any InspectionView.Type] = [
        ActivationsInspection.self,
        KernelsInspection.self,
        GatesInspection.self,
        AttentionInspection.self,
        GradientsInspection.self,
        SensitivitiesInspection.self,
        GraphInspection.self,
        CheckInspection.self,
    ]

    /// The names of all.
    static var names: [String] { all.map { $0.name } }
    /// The names of those that can be had as pictures.
    static var drawn: [String] { all.filter { $0.hasPicture }.map { $0.name } }

    /// The view of a name; nil where there is none.
    static func named(_ name: String) -> (any InspectionView.Type)? { all.first { $0.name == name } }
}
