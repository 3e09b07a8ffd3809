import JSON
import NN

/// A network as a graph, of layers or of operations.
struct GraphInspection: InspectionView {
    static let name = "graph"
    static let sample = SampleNeed.allowed

    private let level: NetworkGraphView.Level
    private let of: DifferentiandRequest?
    private let expand: [String]

    init(reading reader: inout ObjectReader) {
        level = reader.choice("level", default: NetworkGraphView.Level.layers)
        of = reader.optionalObject("of") { DifferentiandRequest(reading: &$0) }
        expand = level == .operations ? reader.strings("expand", default: []) : []
        let hasRow = [reader.object?["instance"], reader.object?["row"]].contains { $0 != nil }
        if of != nil, !hasRow { reader.fault(at: "of", "needs a sample; send \"instance\" or \"row\"") }
    }

    var lossWish: LossWish? { of?.lossWish }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let network = subject.network
        var expanded: Set<Int> = []
        for (number, layer) in expand.enumerated() {
            expanded.insert(try subject.place(of: layer, at: "/expand/\(number)"))
        }
        if !expanded.isEmpty { try subject.checkSteps(at: "/expand") }
        let number = try of?.resolved(for: subject)
        let passes = number == nil ? 1 : 3
        let operations = try subject.operations(passes, at: "", "take a smaller model")
        let choice = "graph \(level.rawValue) \(expanded.sorted()) \(subject.hasRow) \(number?.key ?? "")"
        let view: NetworkGraphView
        do {
            view = try subject.plan(choice) {
                try NetworkGraphView(
                    network,
                    level: level,
                    expanding: expanded,
                    hasValues: subject.hasRow,
                    of: number?.differentiand,
                    limit: InspectionBounds.nodes
                )
            }
        } catch let limit as NodeLimit {
            let remedy = expanded.isEmpty ? "ask for the \"level\" layers" : "expand fewer layers"
            try InspectionBounds.check(
                limit.count,
                InspectionBounds.nodes,
                at: expanded.isEmpty ? "/level" : "/expand",
                "nodes",
                remedy
            )
            throw limit
        }
        var (seed, document): ([Float], DifferentiandDocument?) = ([], nil)
        if let number {
            let forward = try subject.plan("number \(number.key)") { try NumberPlan(network, of: number.differentiand) }
            let values = try control.measure { forward.run(subject.row, target: number.target, subject.weights) }
            let picked = try number.pick(from: values)
            (seed, document) = (picked.seed, picked.document)
        }
        var found: [(value: Tensor, derivative: Tensor?)] = []
        if subject.hasRow {
            found = try control.measure {
                view.run(subject.row, seed: seed, target: number?.target ?? [], subject.weights)
            }
        }
        let nodes = view.nodes.map { node in
            GraphNode(
                node: node,
                value: found.isEmpty ? nil : found[node.id].value,
                derivative: found.isEmpty ? nil : found[node.id].derivative
            )
        }
        var members: [(String, InspectionMember)] = [("level", .plain(level.rawValue))]
        if let document { members.append(("of", .plain(document))) }
        members.append(("nodes", .arrayed(GraphNodes(nodes))))
        return InspectionAnswer(
            cost: .init(
                mode: number == nil ? .none : .reverse,
                passes: number == nil ? 0 : 1,
                operations: subject.hasRow ? operations : 0,
                milliseconds: control.milliseconds
            ),
            members: members,
            arrays: found.enumerated().flatMap { id, tensors in
                [("values/\(id)", tensors.value)] + (tensors.derivative.map { [("derivatives/\(id)", $0)] } ?? [])
            },
            numbers: 0
        )
    }
}

/// The nodes of a graph.
private struct GraphNodes: InspectionArrayed {
    private let nodes: [GraphNode]

    init(_ nodes: [GraphNode]) { self.nodes = nodes }

    func write(to json: inout JSONWriter, hasValues: Bool) {
        json.array { json in for node in nodes { node.write(to: &json, hasValues: hasValues) } }
    }
}

/// One node with its numbers.
private struct GraphNode: Sendable {
    let node: NetworkGraphView.Node
    let value: Tensor?
    let derivative: Tensor?

    func write(to json: inout JSONWriter, hasValues: Bool) {
        json.object { json in
            json.field("id", node.id)
            json.field("operation", node.operation)
            json.field("layer", node.layer)
            json.field("operands", node.operands)
            json.field("shape", node.shape.extents)
            json.field("parameters", node.parameters)
            json.field("operations", node.operations)
            for (name, tensor) in [("value", value), ("derivative", derivative)] {
                guard let tensor else { continue }
                json.key(name)
                tensor.write(to: &json, hasValues: hasValues && tensor.volume <= InspectionBounds.nodeVolume)
            }
        }
    }
}
