import Foundation
import Interchange
import JSON
import NN
import Testing

/// Models out of Keras's files and back, without a server.
struct KerasFileTests {
    private func model(_ bytes: [UInt8]) throws -> ImportedModel {
        let format = try #require(ModelFormats.reading(Array(bytes.prefix(ModelFormats.prefixBytes))))
        return try format.model(in: ReceivedFile(bytes), by: .here, limits: .standard)
    }

    private static let whole =
        ["keras3", "keras2"].flatMap { folder in
            [".keras", ".h5"].flatMap { suffix in
                Fixture.names(in: folder, endingWith: suffix).filter { !$0.hasSuffix(".weights.h5") }
                    .map { "\(folder)/\($0)" }
            }
        }

    /// Files with a layer or a call that nobody reads here, and what is said of it.
    private static let refused = [
        "keras2/operators.h5": "TFOpLambda",
        "keras3/operations_refused.keras": "is an operation on a tensor and a constant",
    ]

    private static func writable(_ path: String) -> Bool { refused[path] == nil }

    /// The name in a file of Keras's, which has no dots.
    private static func exported(_ name: String) -> String { name.replacing(".", with: "_") }

    @Test(arguments: whole)
    func `every file is read, or refused by the layer's name`(path: String) throws {
        let bytes = try Fixture.bytes(path)
        if let name = Self.refused[path] {
            let error = #expect(throws: InterchangeError.self) { try model(bytes) }
            let faults = error?.faults ?? []
            #expect(
                faults.contains { $0.pointer.contains("/config/layers/") && $0.message.contains(name) },
                "\(faults)"
            )
            return
        }
        let read = try model(bytes)
        let network = try Network(ModelDefinition(read.definition))
        #expect(Set(read.weights?.map(\.name) ?? []) == Set(network.parameters.map(\.name)))
        #expect(read.name != nil)
    }

    @Test(arguments: [("attention_causal_masked", true), ("attention_cross", false)])
    func `who reads a model is told what masked attention gives here`(name: String, isMasked: Bool) throws {
        let notes = try model(Fixture.bytes("keras3/\(name).keras")).notes

        #expect(notes.contains { $0.contains("of a step that a mask leaves out every head gives 0") } == isMasked)
    }

    @Test(arguments: whole.filter(writable))
    func `what is written is read again, bit for bit`(path: String) throws {
        let read = try model(Fixture.bytes(path))
        let network = try Network(ModelDefinition(read.definition))
        let byName = Dictionary(uniqueKeysWithValues: (read.weights ?? []).map { ($0.name, $0.tensor) })
        let weights = try network.parameters.map { try #require(byName[$0.name]) }
        let exported = ExportedModel(name: "again", network: network, weights: weights)
        for format in ModelFormats.writable where ["keras", "h5"].contains(format.name) {
            let file: [UInt8]
            do throws(InterchangeError) {
                file = try format.file(of: exported)
            } catch {
                // What a format can't say, it names.
                #expect(format.name == "h5" || path.contains("old_lstm"), "\(error.faults)")
                #expect(error.faults.allSatisfy { $0.pointer.hasPrefix("/definition/layers/") })
                continue
            }
            #expect(try format.file(of: exported) == file)
            let again = try model(file)
            let other = try Network(ModelDefinition(again.definition))
            #expect(Set(other.parameters.map(\.name)) == Set(network.parameters.map { Self.exported($0.name) }))
            let tensors = Dictionary(uniqueKeysWithValues: (again.weights ?? []).map { ($0.name, $0.tensor) })
            for (parameter, tensor) in zip(network.parameters, weights) {
                #expect(tensors[Self.exported(parameter.name)] == tensor, "\(format.name): \(parameter.name)")
            }
        }
        for format in ModelFormats.writable
        where ["weights.h5", "npz"].contains(format.name) && !path.contains("old_lstm") {
            let file = try format.file(of: exported)
            let reader = try #require(ModelFormats.reading(Array(file.prefix(ModelFormats.prefixBytes))))
            let entries = try reader.weights(in: ReceivedFile(file), by: .here, for: network)
            let tensors = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
            #expect(network.parameters.map { tensors[$0.name] } == weights)
        }
    }

    @Test(arguments: Fixture.names(in: "keras3", endingWith: ".weights.h5"))
    func `weights alone go into the model that they are of`(name: String) throws {
        let base = name.replacing(".weights.h5", with: "")
        let read = try model(Fixture.bytes("keras3/\(base).keras"))
        let network = try Network(ModelDefinition(read.definition))
        let format = try #require(ModelFormats.reading(Fixture.bytes("keras3/\(name)")))
        let entries = try format.weights(in: Fixture.file("keras3/\(name)"), by: .here, for: network)
        let known = Dictionary(uniqueKeysWithValues: (read.weights ?? []).map { ($0.name, $0.tensor) })
        #expect(entries.allSatisfy { known[$0.name] == $0.tensor } && entries.count == known.count)
    }

    @Test func `a file that ends anywhere before its end is refused`() throws {
        for path in ["hostile/gru.latest.weights.h5", "hostile/deflated.keras"] {
            let bytes = try Fixture.bytes(path)
            for count in 0..<bytes.count {
                let file = try ReceivedFile(Array(bytes[..<count]))
                #expect(throws: InterchangeError.self) { try FileReading.here.contents(of: file) }
            }
        }
    }

    @Test func `the compiled options become those of a training`() throws {
        let read = try model(Fixture.bytes("keras3/compiled_adamw.keras"))
        let compile = try #require(read.compile)
        #expect(try compile["optimizer"]?["type"]?.string() == "AdamW")
        #expect(try compile["optimizer"]?["learning_rate"]?.double() == 0.01)
        #expect(try compile["loss"]?.string() == "sparse_categorical_crossentropy")
    }

    @Test(.timeLimit(.minutes(1)))
    func `an optimizer's state goes out whatever number of updates a file says`() throws {
        let read = try model(Fixture.bytes("keras3/compiled_nadam.keras"))
        let network = try Network(ModelDefinition(read.definition))
        let byName = Dictionary(uniqueKeysWithValues: (read.weights ?? []).map { ($0.name, $0.tensor) })
        let weights = try network.parameters.map { try #require(byName[$0.name]) }
        let state = try #require(read.state)
        let endless = ImportedOptimizer(optimizer: state.optimizer, updates: 1 << 52, tensors: state.tensors)
        let exported = ExportedModel(name: "again", network: network, weights: weights, optimizer: endless)
        let format = try #require(ModelFormats.writable.first { $0.name == "keras" })

        let again = try #require(try model(format.file(of: exported)).state)
        #expect(again.updates > 1 << 30)
        #expect(again.tensors.map(\.name) == state.tensors.map(\.name))
        #expect(zip(again.tensors, state.tensors).allSatisfy { $0.tensor.values == $1.tensor.values })
    }

    @Test(arguments: [
        ("keras3/compiled_adamw.keras", 6, "dense_25", 8), ("keras3/compiled.keras", 1, "dense_13", 8),
        ("keras3/compiled.h5", 1, "dense_13", 8), ("keras2/lenet.keras", 1, "conv2d", 16),
        ("keras2/lenet.h5", 1, "conv2d", 16), ("keras3/compiled_nadam.keras", 4, "d", 4),
        ("keras3/compiled_nadam.h5", 4, "d", 4),
    ])
    func `what the optimizer remembers is read`(path: String, updates: Int, layer: String, count: Int) throws {
        let read = try model(Fixture.bytes(path))

        let state = try #require(read.state, "\(read.notes)")
        #expect(state.updates == updates && state.tensors.count == count)
        #expect(!read.notes.contains { $0.contains("optimizer's state") })
        let names = state.tensors.map(\.name)
        #expect(Array(names.prefix(2)) == ["momentum/\(layer)/kernel", "velocity/\(layer)/kernel"])
        let squares = state.tensors.filter { $0.name.hasPrefix("velocity/") }
        #expect(squares.allSatisfy { $0.tensor.values.allSatisfy { $0 >= 0 } })
        let means = state.tensors.filter { $0.name.hasPrefix("momentum/") }
        #expect(means.allSatisfy { $0.tensor.values.contains { $0 != 0 } })
    }
}
