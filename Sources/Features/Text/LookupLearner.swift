import Glibc

/// Counts tokens, and in mode `tf_idf` the documents they occur in, for an `IndexLookup`.
struct LookupLearner {
    private let lookup: IndexLookup
    private var tokens = TokenTable()
    private var counts: [Int] = []
    private var documentCounts: [Int] = []
    /// For each token the last document in which it was counted.
    private var lastDocument: [Int] = []
    private var documents = 0

    /// How many bytes all the different tokens may have together.
    private static let greatestBytes = 256 << 20

    /// What to do where there are too many different ones.
    private let advice: String

    init(
        for lookup: IndexLookup,
        advice: String = "use a Hashing layer, which needs no vocabulary, or give it a \"vocabulary\""
    ) {
        self.lookup = lookup
        self.advice = advice
    }

    /// Begins the next document: a row.
    mutating func beginDocument() { documents += 1 }

    /// Counts a token.
    ///
    /// - Throws: `FrontError` where there are too many different ones.
    mutating func count(_ token: UnsafeBufferPointer<UInt8>) throws(FrontError) {
        let (number, isNew) = tokens.insert(token)
        if isNew {
            counts.append(0)
            if lookup.mode == .tfIdf {
                documentCounts.append(0)
                lastDocument.append(0)
            }
            guard tokens.count <= IndexLookup.greatestVocabulary, tokens.byteCount <= Self.greatestBytes else {
                throw FrontError(
                    "\(lookup.title) met more than \(IndexLookup.greatestVocabulary) different values or 256 MiB of them; "
                        + advice
                )
            }
        }
        counts[number] += 1
        if lookup.mode == .tfIdf, lastDocument[number] != documents {
            lastDocument[number] = documents
            documentCounts[number] += 1
        }
    }

    /// Counts a token.
    mutating func count(_ token: String) throws(FrontError) {
        let copy = token
        let result = copy.withBytes { bytes -> FrontError? in
            do throws(FrontError) {
                try count(bytes)
                return nil
            } catch { return error }
        }
        if let result { throw result }
    }

    /// The look-up with the most frequent tokens first; equally frequent ones in falling order, of integers by value and
    /// of words by bytes, as Keras has them.
    func finish() throws(FrontError) -> IndexLookup {
        var order: [Int] = []
        order.reserveCapacity(tokens.count)
        let special = [lookup.maskToken, lookup.unknownToken].compactMap { $0.flatMap(tokens.number(of:)) }
        for number in 0..<tokens.count where !special.contains(number) { order.append(number) }
        let values = lookup.isOfIntegers ? tokens.words.map { Int($0) ?? 0 } : []
        order.sort { left, right in
            if counts[left] != counts[right] { return counts[left] > counts[right] }
            return lookup.isOfIntegers ? values[left] > values[right] : tokens.precedes(right, left)
        }
        guard !order.isEmpty else {
            throw FrontError(
                "\(lookup.title) has nothing to learn: all of the training rows' values are empty or special tokens"
            )
        }
        if let maxTokens = lookup.maxTokens { order.removeLast(max(0, order.count - (maxTokens - lookup.firstToken))) }
        var learned = TokenTable()
        for number in order { learned.insert(tokens[number]) }
        guard lookup.mode == .tfIdf else { return lookup.with(tokens: learned, weights: []) }
        let weights = order.map { number in
            Float(log(1 + Double(documents) / Double(1 + documentCounts[number])))
        }
        return lookup.with(
            tokens: learned,
            weights: IndexLookup.withMeanInFront(weights, count: lookup.firstToken)
        )
    }
}
