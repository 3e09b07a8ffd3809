import JSON
import NN

/// Derivatives of formulas in four ways, as clients see them.
struct DifferentiationDocument: Sendable, JSONWritable {
    /// What was found.
    let found: Differentiation
    /// How a formula grew that was put into itself; nil where it wasn't.
    let growth: [FormulaGrowth]?

    func write(to json: inout JSONWriter) {
        json.object { json in
            if let growth {
                json.key("growth")
                json.array { json in for size in growth { Self.write(size, to: &json) } }
            }
            json.key("values")
            Self.write(found.functions, found.values, to: &json)
            json.key("jacobian")
            json.object { json in
                write("forward", found.forward, to: &json)
                write("reverse", found.reverse, to: &json)
                write("numerical", found.numerical, to: &json)
                write("symbolic", found.symbolic, to: &json)
            }
            let (variables, functions) = (found.variables.count, found.functions.count)
            json.key("passes")
            json.object { json in
                json.field("forward", variables)
                json.field("reverse", functions)
                json.field("numerical", 2 * variables)
                json.field("symbolic", 0)
            }
            json.key("error")
            json.object { json in
                json.field("forward", found.error(of: found.forward))
                json.field("reverse", found.error(of: found.reverse))
                json.field("numerical", found.error(of: found.numerical))
                json.field("symbolic", 0)
            }
            json.key("nodes")
            json.array { json in for node in found.nodes { write(node, to: &json) } }
            write("derivatives", found.texts, to: &json)
        }
    }

    private func write(_ key: String, _ rows: [[some JSONWritable]], to json: inout JSONWriter) {
        json.key(key)
        json.object { json in
            for (function, row) in zip(found.functions, rows) {
                json.key(function)
                Self.write(found.variables, row, to: &json)
            }
        }
    }

    private static func write(_ names: [String], _ values: [some JSONWritable], to json: inout JSONWriter) {
        json.object { json in for (name, value) in zip(names, values) { json.field(name, value) } }
    }

    private static func write(_ size: FormulaGrowth, to json: inout JSONWriter) {
        json.object { json in
            json.field("times", size.times)
            json.field("function", size.function)
            json.field("symbolic", size.symbolic)
            json.field("graph", size.graph)
        }
    }

    private func write(_ node: Differentiation.Node, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", node.id)
            json.field("operation", node.operation)
            json.field("name", node.name)
            json.field("operands", node.operands)
            json.field("value", node.value)
            json.key("tangents")
            Self.write(found.variables, node.tangents, to: &json)
            json.key("adjoints")
            Self.write(found.functions, node.adjoints, to: &json)
        }
    }
}
