extension LearningTask {
    /// Measures anew what was measured of logits, now that these are probabilities.
    ///
    /// A metric that asks on which side of ½ a number lies is of probabilities. What is told of a row's loss, and metrics of
    /// sequences, which know of logits themselves, stay.
    ///
    /// - Parameters:
    ///   - outputs: What came of the outputs that are learned, as probabilities.
    ///   - sums: What the metrics have added up so far.
    func measureAnew(_ outputs: [ScoredOutput], _ sums: inout RowSums) {
        guard outputs.contains(where: { $0.logitsActivation != nil }) else { return }
        var place = 0
        for named in metrics {
            defer { place += named.sumCount }
            let output = outputs[named.part?.output ?? 0]
            let stays =
                named.metric is OutputLossMetric || named.metric is Perplexity || named.metric is any SequenceMetric
            guard output.logitsActivation != nil, !stays else { continue }
            let found = sumsOfMetric(named, outputs, output)
            sums.metrics.replaceSubrange(place..<place + named.sumCount, with: found)
        }
    }

    private static let pieceRows = 256

    /// What a metric adds up over all rows.
    private func sumsOfMetric(_ named: NamedMetric, _ outputs: [ScoredOutput], _ own: ScoredOutput) -> [Double] {
        var sums = [Double](repeating: 0, count: named.sumCount)
        let (width, targetWidth) = (predictionWidth, target.shape.volume)
        let predictions = FloatBuffer(count: Self.pieceRows * width)
        let targets = FloatBuffer(count: Self.pieceRows * targetWidth)
        for begin in stride(from: 0, to: own.rows, by: Self.pieceRows) {
            let count = min(Self.pieceRows, own.rows - begin)
            var first = 0
            for output in outputs {
                for row in 0..<count {
                    let (to, toTarget) = (
                        predictions.pointer + row * width + first, targets.pointer + row * targetWidth
                    )
                    to.update(from: output.predictions.pointer + (begin + row) * output.volume, count: output.volume)
                    (toTarget + output.targetBegin).update(
                        from: output.targets.pointer + (begin + row) * output.targetVolume,
                        count: output.targetVolume
                    )
                }
                first += output.volume
            }
            let masks = outputs.map { output in
                output.maskVolume > 0 ? UnsafePointer(output.masks.pointer + begin * output.maskVolume) : nil
            }
            // What a micro-batch adds up begins at zero.
            var piece = [Double](repeating: 0, count: named.sumCount)
            piece.withUnsafeMutableBufferPointer { piece in
                guard let base = piece.baseAddress else { return }
                named.add(
                    predictions: predictions.pointer,
                    targets: targets.pointer,
                    masks: masks,
                    rows: count,
                    to: base
                )
            }
            for place in sums.indices { sums[place] += piece[place] }
        }
        return sums
    }
}
