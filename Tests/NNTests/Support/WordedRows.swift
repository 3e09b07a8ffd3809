import NN

/// Rows whose classes have words.
struct WordedRows: TrainingData {
    let data: TensorData
    let words: [String]

    var rows: Int { data.rows }
    var inputShape: Shape { data.inputShape }
    var target: TargetDescription { data.target }
    var classWords: [[String]?] { [words] }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        data.gather(indices, inputs: inputs, targets: targets)
    }
}
