extension TrainingSession {
    /// What the steps of one micro-batch's plan take, forward and backward; for the developer's benchmark.
    package struct StepProfile {
        /// The rows of the micro-batch.
        package let rows: Int
        /// How many micro-batches the batch is cut into.
        package let parts: Int
        /// Every step in the order of the plan, with the least seconds that it took.
        package let steps: [(step: String, seconds: Double)]
    }

    /// Times the plan of the first rows' micro-batch, step by step, on the calling thread.
    ///
    /// - Returns: The steps with their seconds.
    /// - Throws: What kept the plan from being compiled or a row from being read.
    package func profile() throws -> StepProfile {
        let batch = min(options.batchSize, task.trainingRows.count)
        let cut = task.cut(of: batch)
        let rows = cut.range(of: 0, in: batch)
        let plan = try StepPlan(task, rows: rows.count, of: batch, number: 0, purpose: .training)
        let replica = Replica(task, rows: rows.count, weights: state.weights.pointer)
        replica.bind(plan, sharing: plan.makePrologue(weights: state.weights.pointer, layout: task.layout))
        try Array(rows).withUnsafeBufferPointer { rows in
            let key = RandomKey(seed: options.seed)
            try replica.load(
                rows,
                of: data,
                for: plan,
                share: 1 / Float(batch),
                weights: task.classWeights,
                key: key,
                draw: nil
            )
        }
        return StepProfile(rows: rows.count, parts: cut.count(of: batch), steps: replica.bound(plan).run.profile())
    }
}
