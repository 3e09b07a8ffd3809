import JSON
import Testing

@testable import Features

/// Keras's short form for tables, written out as layers.
struct FeatureSpaceTests {
    private func space(_ text: String) throws -> FeatureSpace {
        try JSONDocument(parsing: text).root.read { FeatureSpace(reading: &$0) }
    }

    private func layers(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: space(text).layers().json).root
    }

    @Test func writesLayersInKerasOrder() throws {
        let found = try layers(
            #"""
            {"features": {"sex": "string_categorical", "age": "float_normalized",
              "class": {"type": "integer_categorical", "max_tokens": 5},
              "fare": {"type": "float_discretized", "num_bins": 8}},
             "crosses": [["sex", "class"]], "crossing_dim": 16}
            """#
        )
        let expected = #"""
            [{"type": "InputLayer", "name": "sex", "shape": [], "dtype": "string"},
             {"type": "InputLayer", "name": "age", "shape": [], "dtype": "float32"},
             {"type": "InputLayer", "name": "class", "shape": [], "dtype": "int32"},
             {"type": "InputLayer", "name": "fare", "shape": [], "dtype": "float32"},
             {"type": "Imputation", "name": "age_imputation", "strategy": "mean", "inputs": ["age"]},
             {"type": "Normalization", "name": "age_normalization", "inputs": ["age_imputation"]},
             {"type": "IntegerLookup", "name": "class_lookup", "max_tokens": 5, "num_oov_indices": 1,
              "output_mode": "one_hot", "inputs": ["class"]},
             {"type": "IntegerLookup", "name": "class_index", "max_tokens": 5, "num_oov_indices": 1,
              "output_mode": "int", "inputs": ["class"]},
             {"type": "Imputation", "name": "fare_imputation", "strategy": "mean", "inputs": ["fare"]},
             {"type": "Discretization", "name": "fare_bin", "num_bins": 8, "inputs": ["fare_imputation"]},
             {"type": "CategoryEncoding", "name": "fare_encoding", "num_tokens": 8, "output_mode": "multi_hot",
              "inputs": ["fare_bin"]},
             {"type": "Imputation", "name": "sex_imputation", "strategy": "constant", "fill_value": "[UNK]",
              "inputs": ["sex"]},
             {"type": "StringLookup", "name": "sex_lookup", "num_oov_indices": 1, "output_mode": "one_hot",
              "inputs": ["sex_imputation"]},
             {"type": "StringLookup", "name": "sex_index", "num_oov_indices": 1, "output_mode": "int",
              "inputs": ["sex_imputation"]},
             {"type": "HashedCrossing", "name": "sex_X_class", "num_bins": 16, "output_mode": "one_hot",
              "inputs": ["sex_index", "class_index"]},
             {"type": "Concatenate", "name": "features", "inputs": ["age_normalization", "class_lookup", "fare_encoding",
              "sex_lookup", "sex_X_class"]}]
            """#
        #expect(found == (try JSONDocument(parsing: expected).root), "\(found)")
    }

    /// Learns and applies the layers one after the other, as a job does.
    private func run(
        _ layers: JSONValue,
        rows: [[String: FrontValue]],
        on row: [String: FrontValue]
    ) throws -> FrontValue {
        var training = rows
        var values = row
        var last = FrontValue(0)
        for definition in layers.elements {
            let name = try #require(definition["name"]).string()
            let inputs = try definition["inputs"]?.elements.map { try $0.string() } ?? []
            let type = try #require(definition["type"]).string()
            if type == "InputLayer" { continue }
            if type == "Concatenate" {
                let all = inputs.flatMap { values[$0]?.floats ?? [] }
                return FrontValue(.floats(all), [all.count])
            }
            var layer = try definition.read { arguments -> (any FrontLayer)? in
                arguments.accept("name", "type", "inputs")
                return FrontLayerRegistry.layer(named: type, reading: &arguments)
            }.unwrapped()
            if let learning = layer as? any LearningFrontLayer, !learning.hasLearned {
                var learner = try learning.learner(for: inputs.compactMap { training[0][$0]?.type })
                for row in training { try learner.add(inputs.compactMap { row[$0] }) }
                layer = try learner.finish()
            }
            var pass = FrontPass()
            for index in training.indices {
                training[index][name] = try layer.apply(to: inputs.compactMap { training[index][$0] }, &pass)
            }
            last = try layer.apply(to: inputs.compactMap { values[$0] }, &pass)
            values[name] = last
        }
        return last
    }

    private func row(_ age: Float, _ sex: String, _ room: Int) -> [String: FrontValue] {
        ["age": FrontValue(age), "sex": FrontValue(sex), "room": FrontValue(.integers([room]), [])]
    }

    @Test func givesWhatKerasGives() throws {
        let definition = try layers(
            #"""
            {"features": {"sex": "string_categorical", "age": "float_normalized",
              "room": {"type": "integer_hashed", "num_bins": 3}}, "crosses": [["sex", "room"]], "crossing_dim": 4}
            """#
        )
        let rows = [row(10, "f", 1), row(.nan, "m", 2), row(30, "f", 3), row(20, "", 1)]
        // The mean of 10, 30 and 20 is 20, the deviation with the filled hole √50; "[UNK]", "f", "m"; 1 falls into bin
        // 1 of 3 by its fingerprint.
        let bin = "1".withBytes(FarmHash64.fingerprint) % 3
        let crossed = FarmHash64.joined(FarmHash64.joined(0xDECAFCAFFE, 1), bin) % 4
        var expected = [10 / Double(50).squareRoot()]
        expected += (0..<3).map { $0 == Int(bin) ? 1 : 0 } + [0, 1, 0]
        expected += (0..<4).map { $0 == Int(crossed) ? 1 : 0 }
        let found = try run(definition, rows: rows, on: row(30, "f", 1)).doubles
        #expect(agree(found, expected, within: 1e-6), "\(found), expected \(expected)")
        // A hole is the mean, and the unknown word.
        let hole = try run(definition, rows: rows, on: row(.nan, "", 1)).doubles
        #expect(Array(hole[0..<1] + hole[4..<7]) == [0, 1, 0, 0])
    }

    @Test func aloneAFeatureNeedsNoJoining() throws {
        let found = try layers(#"{"features": {"x": {"type": "float_rescaled", "scale": 2}}}"#)
        #expect(found.count == 3)
        #expect(try found[2]?["name"]?.string() == "features")
        #expect(try found[2]?["type"]?.string() == "Rescaling")
    }

    @Test func featuresMayStayApart() throws {
        let expansion = try space(
            #"""
            {"features": {"b": {"type": "string_hashed", "output_mode": "int"}, "a": "float"}, "output_mode": "dict",
             "crosses": []}
            """#
        ).layers()
        #expect(expansion.outputs.map(\.feature) == ["a", "b"])
        #expect(expansion.outputs.map(\.layer) == ["a_imputation", "b_hash"])
        #expect(!String(decoding: expansion.json, as: UTF8.self).contains("Concatenate"))
    }

    @Test func namesDontCollide() throws {
        let found = try layers(#"{"features": {"a": "float", "a_imputation": "float", "features": "float"}}"#)
        let names = try found.elements.map { try #require($0["name"]).string() }
        #expect(Set(names).count == names.count)
        #expect(names.last == "features_1")
    }

    @Test(
        arguments: [
            (#"{}"#, "/features: missing"),
            (#"{"features": {}}"#, "/features: expected an object of 1"),
            (#"{"features": {"a": "float_normalised"}}"#, #"/features/a: expected one of"#),
            (#"{"features": {"a": {"type": "float", "num_bins": 3}}}"#, "/features/a/num_bins: unknown key"),
            (#"{"features": {"a": {"type": "float_discretized", "num_bins": 0}}}"#, "/features/a/num_bins: expected"),
            (
                #"{"features": {"a": {"type": "string_hashed", "output_mode": "int"}}}"#,
                "/features: \"a\" gives the number"
            ),
            (
                #"{"features": {"a": "string_hashed", "b": "float"}, "crosses": [["a", "b"]]}"#,
                "/crosses/0/1: \"b\" is a number"
            ),
            (
                #"{"features": {"a": "string_hashed", "b": "float"}, "crosses": [["a", "c"]]}"#,
                "/crosses/0/1: unknown feature"
            ),
            (
                #"{"features": {"a": "string_hashed"}, "crosses": [["a"]]}"#,
                "/crosses/0: expected an array of at least 2"
            ),
            (
                #"{"features": {"a": "string_hashed"}, "crosses": [["a", "a"]]}"#,
                "/crosses/0/1: \"a\" stands in the cross twice"
            ),
            (#"{"features": {"a": "float"}, "output": "dict"}"#, "/output: unknown key"),
        ]
    )
    func faultsAreNamed(_ text: String, _ beginning: String) throws {
        let error = #expect(throws: FaultyInput.self) { try space(text) }
        #expect(error?.faults.contains { $0.description.hasPrefix(beginning) } == true, "\(String(describing: error))")
    }
}

extension Optional {
    fileprivate func unwrapped() throws -> Wrapped { try #require(self) }
}
