import JSON
import NN

/// A row's target as a loss takes it.
struct LossTarget: Sendable {
    /// What the loss asks of it.
    let rule: TargetRule
    /// Its numbers.
    let numbers: [Float]

    /// Reads a target, or takes that of the row of a dataset.
    ///
    /// - Parameters:
    ///   - loss: The loss.
    ///   - output: The output that it judges.
    ///   - given: The target in the request; nil for the row's.
    ///   - pointer: Where it stands.
    ///   - subject: The model with the row.
    /// - Throws: `FaultyInput` where there is none, or it doesn't fit.
    init(
        _ loss: Loss,
        _ output: NetworkOutput,
        given: JSONValue?,
        at pointer: String,
        of subject: InspectedSubject
    ) throws(FaultyInput) {
        let target: (description: [TargetDescription], numbers: [Float])
        if let given {
            target = try Self.read(given, output, words: subject.model.labels?.words(of: output.name))
        } else if let part = subject.target?.parts.first(where: { $0.output == output.name }) {
            target = ([part.description], part.numbers)
        } else {
            throw FaultyInput(
                Fault(
                    pointer: pointer,
                    detail: "missing; expected a target as training takes it, or a \"row\" that has one"
                )
            )
        }
        var problem = ""
        for description in target.description {
            do throws(TargetMismatch) {
                let rule = try loss.rule(for: description, output: output.shape)
                problem = Self.misfit(target.numbers, rule) ?? ""
                guard problem.isEmpty else { continue }
                (self.rule, numbers) = (rule, target.numbers)
                return
            } catch {
                problem = error.description
            }
        }
        throw FaultyInput(Fault(pointer: pointer, detail: problem))
    }

    /// What is wrong with numbers that a loss doesn't take; nil for nothing.
    private static func misfit(_ numbers: [Float], _ rule: TargetRule) -> String? {
        switch rule.allowed {
        case .labels(let below):
            guard let wrong = numbers.first(where: { $0 < 0 || $0 >= Float(below) || $0 != $0.rounded() }) else {
                break
            }
            return "expected classes from 0 to \(below - 1), found \(wrong)"
        case .fractions:
            guard let wrong = numbers.first(where: { $0 < 0 || $0 > 1 }) else { break }
            return "expected numbers from 0 to 1, found \(wrong)"
        case .anyNumber: break
        }
        return rule.misfit(ofLabels: numbers)
    }

    /// Numbers of a target, with what they may be: classes where they are whole, and values.
    private static func read(
        _ given: JSONValue,
        _ output: NetworkOutput,
        words: [String]?
    ) throws(FaultyInput) -> (description: [TargetDescription], numbers: [Float]) {
        if given.kind == .string, let words {
            let word = (try? given.string()) ?? ""
            guard let place = words.firstIndex(of: word) else {
                throw FaultyInput(
                    Fault(pointer: given.pointer, detail: Suggestion.unknown("class", word, known: words))
                )
            }
            return ([.labels(classes: words.count, shape: [])], [Float(place)])
        }
        var shape: [Int] = []
        var inner = given
        while inner.kind == .array {
            shape.append(inner.count)
            guard let first = inner[0] else { break }
            inner = first
        }
        var numbers = [Float](repeating: 0, count: shape.reduce(1, *))
        var fault: Fault?
        numbers.withUnsafeMutableBufferPointer { room in
            do throws(Fault) { try given.readFloats(shape: shape, into: room) } catch { fault = error }
        }
        if let fault { throw FaultyInput(fault) }
        let values = TargetDescription.values(
            shape: Shape(shape),
            look: TargetLook(of: numbers, shape: Shape(shape))
        )
        let areClasses = numbers.allSatisfy { $0 >= 0 && $0 == $0.rounded() && $0 < 0x1p24 }
        let labels = TargetDescription.labels(classes: max(output.shape.last, 2), shape: Shape(shape))
        return (areClasses && shape != output.shape.extents ? [labels, values] : [values, labels], numbers)
    }
}
