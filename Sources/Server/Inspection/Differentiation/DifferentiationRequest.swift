import JSON
import NN

/// Formulas that a client wants differentiated.
struct DifferentiationRequest: Sendable {
    private let functions: [Differentiation.Function]
    private let point: [Differentiation.Variable]
    private let step: Float
    /// How often the one function is put into itself; nil where it isn't.
    private let times: Int?

    /// The most functions and variables.
    static let counts = 1...16
    /// How often a function may be put into itself.
    static let timesRange = 1...12
    /// How far differences go to each side where nothing is said.
    static let step = 1e-3

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ body: JSONValue) throws(FaultyInput) {
        self = try body.read { reader in
            let isIterated = reader.has("iterate")
            let point = Self.point(&reader)
            let functions = Self.functions(isIterated ? "iterate" : "functions", &reader, point.map(\.name))
            if isIterated, reader.object?["functions"] != nil {
                reader.accept("functions")
                reader.fault(at: "functions", "does not go with \"iterate\"; send one of the two")
            }
            if isIterated {
                for (name, _) in functions where !point.contains(where: { $0.name == name }) {
                    reader.fault(at: "iterate", "\"\(name)\" is put into itself, so \"at\" must give it a value")
                }
                if functions.count > 1 {
                    reader.fault(at: "iterate", "expected one variable with its formula, found \(functions.count)")
                }
            }
            return DifferentiationRequest(
                functions: functions.map { Differentiation.Function($0.name, $0.formula) },
                point: point,
                step: Float(reader.double("step", in: .above(0), default: Self.step)),
                times: isIterated ? reader.int("times", in: Self.timesRange, default: 1) : nil
            )
        }
    }

    private init(
        functions: [Differentiation.Function],
        point: [Differentiation.Variable],
        step: Float,
        times: Int?
    ) {
        (self.functions, self.point, self.step, self.times) = (functions, point, step, times)
    }

    /// The variables with their values.
    private static func point(_ reader: inout ObjectReader) -> [Differentiation.Variable] {
        guard let value = reader.value("at") else { return [] }
        guard value.kind == .object else {
            reader.faults.add(value.mismatch("an object of numbers by variable"))
            return []
        }
        guard value.count <= counts.upperBound else {
            reader.fault(at: "at", "\(value.count) variables, at most \(counts.upperBound); leave out some")
            return []
        }
        var point: [Differentiation.Variable] = []
        for member in value.members {
            guard Expression.isName(member.key) else {
                reader.faults.add(
                    member.value.pointer,
                    "\"\(member.key)\" can't be a variable; expected a letter, then letters, digits and _, no function's name"
                )
                continue
            }
            if let number = reader.faults.collect({ () throws(Fault) in try member.value.double() }) {
                point.append((member.key, number))
            }
        }
        return point
    }

    /// The formulas by name.
    private static func functions(
        _ key: String,
        _ reader: inout ObjectReader,
        _ variables: [String]
    ) -> [(name: String, formula: Expression)] {
        guard let value = reader.value(key) else { return [] }
        guard value.kind == .object, value.count > 0 else {
            reader.faults.add(value.mismatch("an object of formulas by name"))
            return []
        }
        guard value.count <= counts.upperBound else {
            reader.fault(at: key, "\(value.count) functions, at most \(counts.upperBound); leave out some")
            return []
        }
        var functions: [(name: String, formula: Expression)] = []
        for member in value.members {
            let text = reader.faults.collect { () throws(Fault) in try member.value.string() }
            guard let text else { continue }
            do throws(ExpressionError) {
                functions.append((member.key, try Expression.parse(text, variables: variables)))
            } catch {
                reader.faults.add(member.value.pointer, error.detail)
            }
        }
        return functions
    }

    /// Differentiates.
    ///
    /// - Throws: `FaultyInput` for what is too much, `CancellationError` where the client has left.
    func answer(_ control: InspectionControl) throws -> DifferentiationDocument {
        do {
            guard let times else {
                let found = try Differentiation(functions, at: point, step: step, proceed: control.check)
                return DifferentiationDocument(found: found, growth: nil)
            }
            let function = functions[0]
            let measured = try FormulaGrowth.measure(
                function.formula,
                by: function.name,
                variables: point.map(\.name),
                times: times,
                proceed: control.check
            )
            let last = Differentiation.Function(function.name, measured.last)
            let found = try Differentiation([last], at: point, step: step, proceed: control.check)
            return DifferentiationDocument(found: found, growth: measured.growth)
        } catch let limit as NodeLimit {
            try InspectionBounds.check(
                limit.count,
                Differentiation.greatestNodes,
                at: times == nil ? "/functions" : "/times",
                "nodes of the graph or more",
                times == nil ? "send fewer or shorter functions" : "put it into itself fewer times"
            )
            throw limit
        } catch let limit as GrowthLimit {
            try InspectionBounds.check(
                limit.count,
                FormulaGrowth.greatestCount,
                at: "/times",
                "operators and operands after \(limit.times) times",
                "put it into itself fewer times"
            )
            throw limit
        }
    }
}
