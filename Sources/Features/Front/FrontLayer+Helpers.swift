import JSON

/// The layer in sentences for clients: its class and, where the definition gives one, its name.
func layerTitle(_ type: String, _ arguments: ObjectReader) -> String {
    guard let name = try? arguments.object?["name"]?.string() else { return type }
    return "\(type) \(quoted(name))"
}

extension Array where Element == FrontType {
    /// The one input of a layer that takes one.
    ///
    /// - Throws: `FrontError` where there is another number of inputs, or elements that the layer doesn't take.
    func single(
        of elements: Set<FrontType.Element>,
        _ expectation: String,
        for title: String
    ) throws(FrontError)
        -> FrontType
    {
        guard count == 1, elements.contains(self[0].element) else {
            let found = isEmpty ? "nothing" : map(\.description).joined(separator: " and ")
            throw FrontError("\(title) takes \(expectation), found \(found)")
        }
        return self[0]
    }
}

extension FrontValue {
    /// The elements as whole numbers; nil for a hole.
    ///
    /// - Throws: `FrontError` where one is a word or has a fraction.
    func wholeNumbers(for title: String) throws(FrontError) -> [Int?] {
        switch content {
        case .integers(let integers): return integers
        case .bytes(let bytes): return bytes.map { Int($0) }
        case .floats(let numbers):
            var whole: [Int?] = []
            whole.reserveCapacity(numbers.count)
            for number in numbers {
                guard !number.isNaN else {
                    whole.append(nil)
                    continue
                }
                guard let integer = Int(exactly: number) else {
                    throw FrontError("\(title) takes integers, found \(number)")
                }
                whole.append(integer)
            }
            return whole
        case .strings(let words):
            throw FrontError("\(title) takes integers, found the word \(quoted(words.first ?? ""))")
        }
    }
}
