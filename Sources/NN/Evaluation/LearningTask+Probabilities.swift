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
            guard isMeasuredAnew(named, outputs) else { continue }
            let found = sumsOfMetric(named, outputs, outputs[named.part?.output ?? 0])
            sums.metrics.replaceSubrange(place..<place + named.sumCount, with: found)
        }
    }

    /// The same of results that differ in size, in the batches in which they were answered.
    ///
    /// - Throws: `FaultyInput` for a size that the layers don't take.
    func measureAnew(
        _ outputs: [ScoredOutput],
        in order: BatchOrder,
        _ forms: inout ScoredForms,
        _ sums: inout RowSums
    ) throws {
        guard outputs.contains(where: { $0.logitsActivation != nil }) else { return }
        var anew = [Double](repeating: 0, count: sums.metrics.count)
        for batch in 0..<order.count {
            let (rows, form) = (
                order.rows(ofBatch: batch), try forms.form(of: order.size(ofBatch: batch))
            )
            let predictions = FloatBuffer(count: rows.count * form.width)
            let targets = FloatBuffer(count: rows.count * form.targetWidth)
            let masks = form.parts.map {
                $0.maskVolume > 0 ? FloatBuffer(count: rows.count * $0.maskVolume) : nil
            }
            for (place, row) in rows.enumerated() {
                for (output, mask) in zip(outputs, masks) {
                    output.write(
                        row,
                        in: form,
                        at: place,
                        predictions: predictions.pointer,
                        targets: targets.pointer,
                        mask: mask?.pointer
                    )
                }
            }
            anew.withUnsafeMutableBufferPointer { anew in
                guard var target = anew.baseAddress else { return }
                for named in form.task.metrics {
                    named.add(
                        predictions: predictions.pointer,
                        targets: targets.pointer,
                        masks: masks.map { $0.map { UnsafePointer($0.pointer) } },
                        rows: rows.count,
                        to: target
                    )
                    target += named.sumCount
                }
            }
        }
        var place = 0
        for named in metrics {
            let own = place..<place + named.sumCount
            place = own.upperBound
            guard isMeasuredAnew(named, outputs) else { continue }
            sums.metrics.replaceSubrange(own, with: anew[own])
        }
    }

    /// Whether a metric is of the probabilities that were made of an output's results.
    private func isMeasuredAnew(_ named: NamedMetric, _ outputs: [ScoredOutput]) -> Bool {
        let stays =
            named.metric is OutputLossMetric || named.metric is Perplexity
            || named.metric is any SequenceMetric
        return outputs[named.part?.output ?? 0].logitsActivation != nil && !stays
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
                    to.update(
                        from: output.predictions.pointer + (begin + row) * output.volume,
                        count: output.volume
                    )
                    (toTarget + output.targetBegin).update(
                        from: output.targets.pointer + (begin + row) * output.targetVolume,
                        count: output.targetVolume
                    )
                }
                first += output.volume
            }
            let masks = outputs.map { output in
                output.maskVolume > 0
                    ? UnsafePointer(output.masks.pointer + begin * output.maskVolume) : nil
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
