extension FrontGraph {
    /// The number of the layer that joins each row with another; nil without one.
    private var mixing: (number: Int, layer: any MixingFrontLayer)? {
        for (number, node) in nodes.enumerated() {
            if let layer = node.layer as? any MixingFrontLayer { return (number, layer) }
        }
        return nil
    }

    /// The name of the layer that joins each row that is trained on with another, and their targets; nil without one.
    public var mixingLayer: String? { mixing.map { type(of: $0.layer).name } }

    /// The row that a row is joined with.
    ///
    /// - Parameters:
    ///   - draw: The row's draws.
    ///   - rows: How many rows are trained on, of which it is one.
    /// - Returns: One of them, perhaps the row itself; nil where nothing joins rows.
    public func partner(of draw: FrontDraw, among rows: Int) -> Int? {
        guard let mixing else { return nil }
        var random = draw.random(layer: mixing.number)
        return random.integer(below: max(rows, 1))
    }

    /// Takes a prepared row through the rest of the layers, joined with another.
    ///
    /// - Parameters:
    ///   - row: What `prepare(_:)` gave, and what its random layers draw from.
    ///   - partner: The same of the row that `partner(of:among:)` named.
    /// - Returns: The results in the order of `outputs`, and how much of the row's own targets stays.
    /// - Throws: `FrontError` for a row that a layer can't take.
    public func finish(
        _ row: (prepared: [FrontValue], draw: FrontDraw),
        joinedWith partner: (prepared: [FrontValue], draw: FrontDraw)
    ) throws(FrontError) -> (results: [FrontValue], weight: Float) {
        guard let mixing else { return (try finish(row.prepared, draw: row.draw), 1) }
        var values = row.prepared
        var others = partner.prepared
        try extend(&values, through: mixing.number, row.draw)
        try extend(&others, through: mixing.number, partner.draw)
        var random = row.draw.random(layer: mixing.number)
        // The first draw has named the partner.
        _ = random.next()
        let sources = sources[mixing.number]
        let (value, weight) = try mixing.layer.joined(sources.map { values[$0] }, sources.map { others[$0] }, &random)
        values.append(value)
        try extend(&values, through: nodes.count, row.draw)
        return (outputSources.map { values[$0] }, weight)
    }

    /// Adds the values of the nodes that have none yet, up to one.
    private func extend(_ values: inout [FrontValue], through end: Int, _ draw: FrontDraw) throws(FrontError) {
        let first = values.count - inputs.count
        guard first < end else { return }
        for number in first..<end {
            var pass = FrontPass(isTraining: true, random: draw.random(layer: number))
            values.append(try nodes[number].layer.apply(to: sources[number].map { values[$0] }, &pass))
        }
    }
}
