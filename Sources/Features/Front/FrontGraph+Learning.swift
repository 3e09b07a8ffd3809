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
        while let wave = try graph.nextWave() {
            var learners = wave.learners
            for row in 0..<rows {
                if row & 255 == 0 { try check() }
                let values = try graph.values(of: read(row), needed: wave.needed)
                for place in learners.indices {
                    let node = learners[place].node
                    do throws(FrontError) {
                        try learners[place].learner.add(graph.sources[node].map { values[$0] })
                    } catch {
                        throw Misfit(node: node, detail: error.description)
                    }
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
    ///
    /// - Returns: The layers, and which layers' results they need; nil where all have learned.
    private func nextWave() throws -> (learners: [(node: Int, learner: any FrontLearner)], needed: [Bool])? {
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
        guard !learners.isEmpty else { return nil }
        var needed = nodes.map { _ in false }
        func need(_ places: [Int]) {
            for place in places where place >= inputs.count && !needed[place - inputs.count] {
                needed[place - inputs.count] = true
                need(sources[place - inputs.count])
            }
        }
        for learner in learners { need(sources[learner.node]) }
        return (learners, needed)
    }

    /// The values of the inputs and of those nodes that are needed; the others' places hold nothing.
    private func values(of row: [FrontValue], needed: [Bool]) throws(Misfit) -> [FrontValue] {
        var values = row
        values.reserveCapacity(inputs.count + nodes.count)
        for (number, node) in nodes.enumerated() {
            guard needed[number] else {
                values.append(FrontValue(.floats([]), [0]))
                continue
            }
            var pass = FrontPass()
            do throws(FrontError) {
                values.append(try node.layer.apply(to: sources[number].map { values[$0] }, &pass))
            } catch {
                throw Misfit(node: number, detail: error.description)
            }
        }
        return values
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
