import Glibc
import JSON
import NN

extension [[OutputAnswers]] {
    /// Writes `top`: for each instance the best classes, best first; of several outputs an object of them by output.
    ///
    /// - Parameters:
    ///   - count: How many classes are told, as long as there are as many.
    ///   - json: Where it is written, as a field of the object that is being written.
    func writeTop(_ count: Int, to json: inout JSONWriter) {
        guard contains(where: { $0.contains { $0.classes != nil } }) else { return }
        json.key("top")
        json.array { json in
            for outputs in self {
                let classifiers = outputs.filter { $0.classes != nil }
                for row in 0..<(outputs.first?.rows ?? 0) {
                    guard outputs.count > 1 else {
                        classifiers[0].writeTop(count, row: row, to: &json)
                        continue
                    }
                    json.object { json in
                        for output in classifiers {
                            json.key(output.name)
                            output.writeTop(count, row: row, to: &json)
                        }
                    }
                }
            }
        }
    }
}

extension OutputAnswers {
    /// Writes the best classes of one instance, `[{"class", "label"?, "probability"}]`.
    ///
    /// One sigmoid unit tells of two classes. Of an answer with several steps the last is told.
    fileprivate func writeTop(_ count: Int, row: Int, to json: inout JSONWriter) {
        let probabilities = probabilities(row: row)
        let order = probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
        json.array { json in
            for index in order.prefix(count) {
                json.object { json in
                    json.field("class", index)
                    if let labels, labels.indices.contains(index) { json.field("label", labels[index]) }
                    json.field("probability", probabilities[index])
                }
            }
        }
    }

    private func probabilities(row: Int) -> [Float] {
        let width = shape.last
        let end = (row + 1) * shape.volume
        let own = Array(values[end - width..<end])
        guard let logitsActivation, activation == .linear else {
            return width == 1 ? [1 - own[0], own[0]] : own
        }
        func sigmoid(_ number: Float) -> Float { 1 / (1 + exp(-number)) }
        if width == 1 { return [1 - sigmoid(own[0]), sigmoid(own[0])] }
        guard logitsActivation == .softmax else { return own.map(sigmoid) }
        let greatest = own.max() ?? 0
        let powers = own.map { exp($0 - greatest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
