public import JSON

extension TrainingOptions {
    /// Checks that a network can learn from data with these options, without making a session.
    ///
    /// - Throws: `FaultyInput` with every option that doesn't fit, by its pointer in the body of a training request; what
    ///   is wrong with the data has an empty pointer.
    public func check(_ network: Network, on data: any TrainingData) throws(FaultyInput) {
        _ = try LearningTask(network, self, on: data)
    }
}
