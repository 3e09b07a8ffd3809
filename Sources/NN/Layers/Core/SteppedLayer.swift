/// A layer as it goes on from one step of a sequence to the next, on what it remembers of the steps before.
///
/// Behind its inputs, of which those that change hold one step, it takes its states; among its results it gives what
/// becomes of them with the step.
struct SteppedLayer {
    /// The layer for one step.
    let layer: any Layer
    /// What it remembers: none where each step stands by itself.
    var states: [State] = []
    /// The place of the first state among its results.
    var firstState = 1
    /// How many steps it can remember; nil where there is no end.
    var greatestLength: Int?
    /// How many of its inputs it still takes, the others being what its states begin with; nil for all.
    var takenInputs: Int?
    /// How many of the whole layer's results a step gives, the others being of all steps; nil for all.
    var givenResults: Int?
    /// Whether it takes as many steps at once as come, each of which gets the bits that it would have had by itself.
    var takesParts = true

    /// A thing that is remembered.
    struct State {
        /// Its shape, for one row.
        let shape: Shape
        /// The number of the input that it begins with; nil for zeros.
        var input: Int?
        /// The axis along which each step fills a place of its own, the first again behind the last; nil where a step
        /// gives all of it anew.
        var axis: Int?

        /// The shape of what a step gives of it.
        var given: Shape { axis.map { shape.replacing(axis: $0, with: 1) } ?? shape }
    }
}

/// A layer of which each step of the result depends on the same step of its inputs alone.
protocol StepwiseLayer: Layer {}

extension StepwiseLayer {
    /// The layer itself, where the steps are an axis of their own: of a sample `[n]` the n numbers may be no steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        zip(inputs, changing).allSatisfy { !$1 || $0.rank > 1 } ? SteppedLayer(layer: self) : nil
    }
}
