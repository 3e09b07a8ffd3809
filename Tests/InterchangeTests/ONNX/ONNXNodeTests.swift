import Foundation
import Interchange
import JSON
import NN
import Testing

/// ONNX's own node tests, which `scripts/test-onnx` writes into a folder.
///
/// They know no batch, and take weights as inputs. A test counts as read where one form of it is: as it is or with all
/// inputs but one as constants, its first or second axis the batch, or each input as one sample.
@Suite struct ONNXNodeTests {
    private static let environment = ProcessInfo.processInfo.environment

    /// How a test is read.
    private enum Outcome {
        /// With the right numbers.
        case right
        /// With others, and the form where that was.
        case wrong(String)
        /// Not at all, and why.
        case refused(String)
        /// Not at all, since no model here is like that: of a newer set of operators, of no tensors, or of empty ones.
        case leftOut(String)
    }

    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fixtures/ONNX/nodes")

    private static let cases =
        ((try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []).sorted()

    @Test(arguments: cases)
    func `what no layer is by itself is taken apart`(name: String) throws {
        let place = Self.fixtures.appending(path: name)
        let json = try JSONDocument(parsing: Array(Data(contentsOf: place.appending(path: "case.json")))).root

        let outcome = try Self.outcome(place, json)

        guard case .right = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func `there are tests of nodes`() { #expect(Self.cases.count > 8) }

    @Test(.enabled(if: environment["TRAINYARD_ONNX_NODES"] != nil)) func computesWhatTheyExpect() throws {
        let folder = URL(filePath: try #require(Self.environment["TRAINYARD_ONNX_NODES"]))
        var report = ""
        var counts = (right: 0, refused: 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let place = folder.appending(path: name)
            let json = try JSONDocument(parsing: Array(Data(contentsOf: place.appending(path: "case.json")))).root
            let operators = try #require(json["operators"]).elements.map { try $0.string() }
            guard Set(operators).isSubset(of: ONNXReader.operators), try json["training"]?.bool() == false else {
                continue
            }
            switch try Self.outcome(place, json) {
            case .right:
                counts.right += 1
                report += "\(name)\tread\t\(operators.joined(separator: ","))\n"
            case .wrong(let form): Issue.record("\(name) gives other numbers: \(form)")
            case .refused(let reason):
                counts.refused += 1
                report += "\(name)\trefused\t\(operators.joined(separator: ","))\t\(reason)\n"
            case .leftOut(let reason):
                report += "\(name)\tleft out\t\(operators.joined(separator: ","))\t\(reason)\n"
            }
        }
        #expect(counts.right > 570 && counts.refused < 30)
        if let path = Self.environment["TRAINYARD_ONNX_REPORT"] {
            try report.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private static func outcome(_ place: URL, _ json: JSONValue) throws -> Outcome {
        var (wrong, reasons) = ([String](), [String]())
        let inputs = try tensors(json["inputs"])
        let outputs = try tensors(json["outputs"])
        // Floats of 16 bits are computed as floats of 32.
        let tolerance: Float = try json["half"]?.bool() == true ? 1e-2 : 1e-4
        for form in ["all"] + inputs.indices.map({ "only_\($0)" }) {
            guard let file = try? Data(contentsOf: place.appending(path: "\(form).onnx")) else { continue }
            for batch in [ONNXReader.Batch.first, .none, .axis(1)] {
                do {
                    let model = try ONNXReader.read(Array(file), name: "m", batch: batch)
                    let given = form == "all" ? inputs : [inputs[Int(form.dropFirst(5)) ?? 0]]
                    guard let difference = try difference(model, given, outputs, batch) else { continue }
                    if difference <= tolerance { return .right }
                    wrong.append("\(form), \(batch): \(difference)")
                } catch let error as InterchangeError {
                    reasons.append(error.faults[0].message)
                }
            }
        }
        if let first = wrong.first { return .wrong(first) }
        let isEmpty = (inputs + outputs).contains { $0.values.isEmpty }
        if isEmpty { return .leftOut("a tensor without elements") }
        for reason in reasons where reason.contains("opsets 13 to") || reason.contains("no numbers of a type") {
            return .leftOut(reason)
        }
        // What is said of the form with one input tells most.
        return .refused(reasons.last { !$0.contains("constant or left out") } ?? reasons.last ?? "")
    }

    /// How far a model's answers are from what is expected; nil where the form doesn't fit the numbers.
    private static func difference(
        _ model: ImportedModel,
        _ inputs: [NamedTensor],
        _ outputs: [NamedTensor],
        _ batch: ONNXReader.Batch
    ) throws -> Float? {
        let network = try Network(ModelDefinition(model.definition))
        guard network.inputs.count == inputs.count, network.outputs.count <= outputs.count else { return nil }
        var given: [NamedTensor] = []
        for (input, tensor) in zip(network.inputs, inputs) {
            let turned = turned(tensor, batch, isOutput: false)
            guard turned.shape.dropFirst().reduce(1, *) == input.shape.volume, turned.shape[0] > 0 else { return nil }
            given.append(NamedTensor(name: input.name, shape: turned.shape, values: turned.values))
        }
        guard given.allSatisfy({ $0.shape[0] == given[0].shape[0] }) else { return nil }
        var worst: Float = 0
        for (answer, output) in zip(try model.answers(to: given), outputs) {
            let wanted = turned(output, batch, isOutput: true)
            let scale = wanted.values.reduce(1) { max($0, abs($1)) }
            worst = max(worst, InterchangeTests.difference(answer.values, wanted.values) / scale)
        }
        return worst
    }

    /// A tensor with the batch as its first axis.
    private static func turned(_ tensor: NamedTensor, _ batch: ONNXReader.Batch, isOutput: Bool) -> NamedTensor {
        switch batch {
        case .none: return NamedTensor(name: tensor.name, shape: [1] + tensor.shape, values: tensor.values)
        case .axis where tensor.shape.count > 1:
            // All steps of a recurrence are [steps, directions, batch, units].
            let axis = isOutput && tensor.shape.count == 4 ? 2 : 1
            let (front, rows) = (tensor.shape[..<axis].reduce(1, *), tensor.shape[axis])
            let back = tensor.shape[(axis + 1)...].reduce(1, *)
            var values: [Float] = []
            for row in 0..<rows {
                for step in 0..<front {
                    let start = (step * rows + row) * back
                    values += tensor.values[start..<start + back]
                }
            }
            let shape = [rows] + tensor.shape[..<axis] + tensor.shape[(axis + 1)...]
            return NamedTensor(name: tensor.name, shape: shape, values: values)
        default:
            return tensor.shape.isEmpty ? NamedTensor(name: tensor.name, shape: [1], values: tensor.values) : tensor
        }
    }

    private static func tensors(_ value: JSONValue?) throws -> [NamedTensor] {
        try #require(value).elements.map { value in
            NamedTensor(
                name: "",
                shape: try #require(value["shape"]).elements.map { try $0.int() },
                values: try #require(value["data"]).elements.map { try $0.float() }
            )
        }
    }
}
