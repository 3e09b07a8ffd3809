import JSON

/// One part of a JSON upload: as many inputs as targets.
struct JSONRows {
    let count: Int
    let inputShape: [Int]
    let inputs: [Float]
    let targetShape: [Int]
    let targets: [Float]

    /// How many numbers there are.
    var volume: Int { inputs.count + targets.count }

    /// Reads two keys of an object; nil, with the faults told, if they do not hold rows.
    init?(x: String, y: String, of reader: inout ObjectReader, _ found: inout JSONTargets) {
        let inputs = reader.value(x).flatMap { Self.tensor($0, &reader.faults) }
        let targets = reader.value(y).flatMap { found.read($0, &reader.faults) }
        guard let inputs, let targets else { return nil }
        guard inputs.shape[0] == targets.shape[0] else {
            reader.fault(at: y, "expected \(inputs.shape[0]) rows, as many as in \(x), found \(targets.shape[0])")
            return nil
        }
        count = inputs.shape[0]
        inputShape = Array(inputs.shape.dropFirst())
        self.inputs = inputs.values
        targetShape = Array(targets.shape.dropFirst())
        self.targets = targets.values
    }

    /// The numbers of an array of one row or more; nil, with the fault told, if it is not that.
    static func tensor(_ value: JSONValue, _ faults: inout Faults) -> (shape: [Int], values: [Float])? {
        faults.collect { () throws(Fault) in
            guard value.kind == .array else { throw value.mismatch("an array of rows") }
            let tensor = try value.readTensor()
            guard !tensor.values.isEmpty else { throw value.mismatch("at least one row with a number in it") }
            return tensor
        }
    }
}

/// The targets of a JSON upload, of both its parts: words, or numbers that may be classes.
struct JSONTargets {
    /// The words so far, if the first target is one.
    private(set) var words: WordIndex?
    private(set) var scan: TargetScan

    init(wanted: TargetSummary.Kind?) { scan = TargetScan(wanted: wanted, isTyped: false) }

    /// Reads one part's targets; nil, with the faults told, if they are none.
    ///
    /// Where one of them is a word, all are: of a number its digits, of `true` and `false` their names. Nothing but `true`
    /// and `false` is two words too.
    mutating func read(_ value: JSONValue, _ faults: inout Faults) -> (shape: [Int], values: [Float])? {
        if words != nil, value.count > 0 { return readWords(value, &faults) }
        if scan.wanted != .value, scan.count == 0, Self.holdsWords(value) { return readWords(value, &faults) }
        guard let tensor = JSONRows.tensor(value, &faults) else { return nil }
        if tensor.values.count == tensor.shape[0] {
            watch(tensor.values, value, &faults)
        } else if scan.wanted == .class {
            faults.add(value.mismatch("one class a row, as target_kind=class asks for"))
        }
        return tensor
    }

    private static func holdsWords(_ value: JSONValue) -> Bool {
        guard value.kind == .array, let first = value[0], first.kind != .array else { return false }
        if first.kind == .bool, value.elements.allSatisfy({ $0.kind == .bool }) { return true }
        return value.elements.contains { $0.kind == .string }
    }

    private mutating func readWords(_ value: JSONValue, _ faults: inout Faults) -> (shape: [Int], values: [Float])? {
        var words = words ?? WordIndex()
        var numbers: [Float] = []
        for element in value.elements where faults.omitted == 0 {
            let word: String
            switch element.kind {
            case .string: word = (try? element.string()) ?? ""
            case .number, .bool: word = element.source
            default:
                faults.add(element.mismatch("a word, as other targets are"))
                continue
            }
            guard let number = words.number(of: word) else {
                faults.add(element.mismatch("at most \(TargetScan.mostClasses) different words"))
                break
            }
            numbers.append(Float(number))
        }
        self.words = words
        return numbers.count == value.count ? ([value.count], numbers) : nil
    }

    private mutating func watch(_ values: [Float], _ value: JSONValue, _ faults: inout Faults) {
        for (element, number) in zip(value.elements, values) where faults.omitted == 0 {
            var leaf = element
            while let inside = leaf[0] { leaf = inside }
            if let wrong = scan.add(number, isInteger: leaf.isWrittenAsInteger || leaf.kind == .bool) {
                faults.add(leaf.pointer, wrong)
            }
        }
    }
}
