/// What a network remembers of the steps that a sequence has gone so far.
///
/// Some of it a step gives anew. Of what grows with the steps, such as the keys and values of attention, it gives its own
/// part alone, which is put into its place here: the first again behind the last, so that the oldest is forgotten.
public struct SequenceStates: Sendable {
    /// The numbers, as they stand in the row of the next step.
    public private(set) var numbers: [Float]

    private let parts: [Part]
    private var steps = 0

    /// A thing that is remembered.
    struct Part: Sendable {
        /// How many numbers it has.
        let volume: Int
        /// How many numbers a step gives of it.
        let given: Int
        /// Of what grows with the steps: how many steps it holds, and how many numbers of a step lie together.
        let places: (count: Int, run: Int)?

        /// A thing of this shape, in which each step has a place along the axis; nil where a step gives all of it.
        init(_ shape: Shape, axis: Int?) {
            volume = shape.volume
            places = axis.map { (shape[$0], shape.extents[($0 + 1)...].reduce(1, *)) }
            given = places.map { [volume] in volume / $0.count } ?? volume
        }
    }

    /// Nothing but zeros.
    init(_ parts: [Part]) {
        self.parts = parts
        numbers = [Float](repeating: 0, count: parts.reduce(0) { $0 + $1.volume })
    }

    /// Has some of the numbers begin with others than zeros.
    mutating func begin(_ range: Range<Int>, with first: ArraySlice<Float>) {
        numbers.replaceSubrange(range, with: first)
    }

    /// Goes on by a step.
    ///
    /// - Parameter changes: What the step gives of each thing, one after the other.
    public mutating func advance(by changes: ArraySlice<Float>) {
        let count = steps
        numbers.withUnsafeMutableBufferPointer { numbers in
            changes.withUnsafeBufferPointer { changes in
                guard var target = numbers.baseAddress, var source = changes.baseAddress else { return }
                for part in parts {
                    if let places = part.places {
                        // The numbers of a step lie in as many runs as there are extents before the steps' axis.
                        let first = target + count % places.count * places.run
                        for run in 0..<part.given / places.run {
                            let own = source + run * places.run
                            (first + run * places.count * places.run).update(from: own, count: places.run)
                        }
                    } else {
                        target.update(from: source, count: part.volume)
                    }
                    target += part.volume
                    source += part.given
                }
            }
        }
        steps += 1
    }
}
