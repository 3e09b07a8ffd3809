/// The loops of connectionist temporal classification, row by row; see `CTCLoss`.
struct CTCKernels {
    private let rows: Int
    private let steps: Int
    private let classes: Int
    private let labels: Int

    /// The kernels for logarithms `[N, T, C]`, labels `[N, L]` and a mask.
    init(_ operands: [Shape]) {
        (rows, steps, classes, labels) = (operands[0][0], operands[0][1], operands[0][2], operands[1][1])
    }

    /// The loss of each row.
    func loss(zeroesInfinity: Bool) -> Kernel {
        let layout = CTCRow.Layout(steps: steps, classes: classes, labels: labels)
        let (rows, steps, classes, labels) = (rows, steps, classes, labels)
        return Kernel(scratchBytes: layout.bytes) { buffers in
            let (logarithms, targets, mask) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let losses = buffers.results[0]
            let memory = CTCRow(layout, in: buffers.scratch)
            return {
                for index in 0..<rows {
                    var row = memory
                    row.read(targets + index * labels, mask + index * steps)
                    let loss = row.goForward(logarithms + index * steps * classes)
                    losses[index] = zeroesInfinity && loss == .infinity ? 0 : Float(loss)
                }
            }
        }
    }

    /// The gradient by each logarithm.
    func gradient() -> Kernel {
        let layout = CTCRow.Layout(steps: steps, classes: classes, labels: labels)
        let (rows, steps, classes, labels) = (rows, steps, classes, labels)
        return Kernel(scratchBytes: layout.bytes) { buffers in
            let (logarithms, targets, mask) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let (cotangents, gradients) = (buffers.operands[3], buffers.results[0])
            let memory = CTCRow(layout, in: buffers.scratch)
            return {
                gradients.update(repeating: 0, count: rows * steps * classes)
                for index in 0..<rows where cotangents[index] != 0 {
                    var row = memory
                    row.read(targets + index * labels, mask + index * steps)
                    let own = logarithms + index * steps * classes
                    guard row.goForward(own) < .infinity else { continue }
                    row.goBackward(own, scale: -Double(cotangents[index]), to: gradients + index * steps * classes)
                }
            }
        }
    }
}
