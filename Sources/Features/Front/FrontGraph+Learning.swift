public import JSON

extension FrontGraph {
    /// Whether a layer has yet to learn from rows.
    public var hasToLearn: Bool { !nodes.allSatisfy { ($0.layer as? any LearningFrontLayer)?.hasLearned ?? true } }

    /// Whether there is anything that rows can teach, also where it has been learned already.
    public var learns: Bool { nodes.contains { $0.layer is any LearningFrontLayer } }

    /// Lets the layers learn that haven't, as Keras's `adapt` does; a later layer sees what an earlier one has learned.
    ///
    /// - Parameters:
    ///   - rows: How many rows there are to learn from.
    ///   - read: The values of the inputs of one row.
    ///   - check: Called between rows; what it throws ends the learning.
    /// - Returns: The graph that has learned.
    /// - Throws: `Misfit` for a layer that can't learn from these rows, and what `read` and `check` throw.
    public func learned(
        rows: Int,
        read: (Int) throws -> [FrontValue],
        check: () throws -> Void = {}
    ) throws -> FrontGraph {
        var graph = self
        var notes: [String]?
        while let wave = try graph.nextWave() {
            var learners = wave.learners
            for row in 0..<rows {
                if row & 255 == 0 { try check() }
                let values = try graph.values(of: read(row), through: wave.last, draw: nil, notes: &notes)
                for place in learners.indices {
                    try learners[place].learner.add(graph.sources[learners[place].node].map { values[$0] })
                }
            }
            for learner in learners {
                do throws(FrontError) {
                    graph.nodes[learner.node].layer = try learner.learner.finish()
                } catch {
                    throw Misfit(node: learner.node, detail: error.description)
                }
            }
        }
        return graph
    }

    /// The layers that can learn next: those that haven't learned, and have none such before them.
    private func nextWave() throws -> (learners: [(node: Int, learner: any FrontLearner)], last: Int)? {
        var isReady = inputs.map { _ in true }
        var types = inputs.map { Optional($0.type) }
        var learners: [(node: Int, learner: any FrontLearner)] = []
        for (number, node) in nodes.enumerated() {
            let ready = sources[number].allSatisfy { isReady[$0] }
            let given = sources[number].compactMap { types[$0] }
            if ready, let layer = node.layer as? any LearningFrontLayer, !layer.hasLearned {
                do throws(FrontError) {
                    learners.append((number, try layer.learner(for: given)))
                } catch {
                    throw Misfit(node: number, detail: error.description)
                }
                isReady.append(false)
                types.append(nil)
            } else {
                isReady.append(ready)
                types.append(ready ? try? node.layer.output(for: given) : nil)
            }
        }
        guard let last = learners.last?.node else { return nil }
        return (learners, last)
    }

    /// What the layers have learned, as a JSON object by layer's name; nil where none has learned anything.
    public var state: String? {
        let learned = nodes.compactMap { node in
            (node.layer as? any LearningFrontLayer).flatMap { $0.hasLearned ? (node.name, $0) : nil }
        }
        guard !learned.isEmpty else { return nil }
        var json = JSONWriter()
        json.object { json in
            for (name, layer) in learned {
                json.key(name)
                json.object { json in layer.writeState(to: &json) }
            }
        }
        return json.text
    }

    /// The graph with what `state` gave; layers that aren't in it stay as they are.
    public func restored(from state: JSONValue) throws(Fault) -> FrontGraph {
        var graph = self
        for (number, node) in nodes.enumerated() {
            guard let own = state[node.name], let layer = node.layer as? any LearningFrontLayer else { continue }
            graph.nodes[number].layer = try layer.restored(from: own)
        }
        return graph
    }
}
