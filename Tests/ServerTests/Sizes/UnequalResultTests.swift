import Foundation
import JSON
import Testing

/// Models whose results differ in size from row to row: how they are evaluated, and weighed step by step.
@Suite(.sharedServer) struct UnequalResultTests {
    /// Sequences of 2 to 12 steps of two numbers.
    private static let rows: [[[Double]]] = (0..<40).map { row in
        (0..<2 + row * 7 % 11).map { step -> [Double] in
            let (one, two) = ((row * 31 + step * 17) % 10, (row + step * 13) % 8)
            return [Double(one) / 10, Double(two) / 8]
        }
    }

    /// Whether the first number is the greater one, at each step.
    private static let classes = rows.map { $0.map { $0[0] > $0[1] ? 1 : 0 } }
    /// The sum of the numbers so far.
    private static let sums: [[Double]] = rows.map { row in
        var sum = 0.0
        return row.map { step -> Double in
            sum += step[0] - step[1]
            return sum
        }
    }

    private func data(_ targets: String, _ more: String = "") -> String {
        #"{"x": \#(Self.rows), "y": \#(targets)\#(more)}"#
    }

    private func define(_ server: TestServer, _ name: String, _ layers: String) throws {
        try server.define(#"{"name": "\#(name)", "input_shape": [null, 2], "seed": 3, "layers": [\#(layers)]}"#)
    }

    /// What a model answers each row, asked alone.
    private func answers(_ server: TestServer, _ name: String) throws -> [[[Double]]] {
        try Self.rows.map { row in
            let reply = try server.post("/predict", #"{"model": "\#(name)", "instances": [\#(row)]}"#)
            return try #require(reply["predictions", "0"]).elements.map { try $0.array().map { try $0.double() } }
        }
    }

    /// Padded with masks, and rows of equal length together.
    private static let ways = [
        ("masked", #"{"type": "GRU", "units": 6, "return_sequences": true}"#),
        ("unpadded", #"{"type": "Conv1D", "filters": 6, "kernel_size": 3, "padding": "same"}"#),
    ]

    @Test(arguments: ways)
    func `classes of steps are judged step by step`(way: String, layer: String) throws {
        let server = try TestServer.shared()
        let name = "steps-\(way)"
        try define(server, name, layer + #", {"type": "Dense", "units": 2}"#)
        let loss = #"{"type": "SparseCategoricalCrossentropy", "from_logits": true}"#
        let options = #""loss": \#(loss), "metrics": ["accuracy"], "epochs": 4, "batch_size": 8"#
        let job = try server.trained(#"{"model": "\#(name)", "data": \#(data("\(Self.classes)")), \#(options)}"#)
        #expect(try #require(job["version"]).int() == 1)

        let reply = try server.post("/evaluate", #"{"model": "\#(name)", "data": \#(data("\(Self.classes)"))}"#)
        #expect(reply.status == 200, "\(reply.text)")

        let answers = try answers(server, name)
        var table = [[0, 0], [0, 0]]
        for (row, classes) in Self.classes.enumerated() {
            for (step, target) in classes.enumerated() {
                let answer = answers[row][step]
                table[target][answer[1] > answer[0] ? 1 : 0] += 1
            }
        }
        let steps = Self.classes.reduce(0) { $0 + $1.count }
        #expect(reply["confusion_matrix"]?.source == "\(table)".replacingOccurrences(of: " ", with: ""))
        let accuracy = Double(table[0][0] + table[1][1]) / Double(steps)
        let weighted = try #require(reply["averages", "weighted", "recall"]).double()
        #expect(abs(weighted - accuracy) < 1e-9)
        if way == "masked" {
            #expect(abs(try #require(reply["metrics", "accuracy"]).double() - accuracy) < 1e-6)
        }
        let worst = try #require(reply["worst", "0"])
        let row = try #require(worst["row"]).int()
        #expect(
            worst["target"]?.count == Self.classes[row].count && worst["prediction"]?.count == Self.classes[row].count
        )
        var support = 0
        for one in try #require(reply["classes"]).elements { support += try #require(one["support"]).int() }
        #expect(support == steps)
    }

    @Test(arguments: ways)
    func `values of steps are judged step by step`(way: String, layer: String) throws {
        let server = try TestServer.shared()
        let name = "values-\(way)"
        try define(server, name, layer + #", {"type": "Dense", "units": 1}"#)
        let reply = try server.post(
            "/evaluate",
            #"{"model": "\#(name)", "version": 0, "loss": "mse", "data": \#(data("\(Self.sums)"))}"#
        )
        #expect(reply.status == 200, "\(reply.text)")

        let answers = try answers(server, name)
        var residuals: [Double] = []
        for (sums, own) in zip(Self.sums, answers) {
            for (sum, answer) in zip(sums, own) { residuals.append(sum - answer[0]) }
        }
        let expected = residuals.reduce(0) { $0 + abs($1) } / Double(residuals.count)
        #expect(abs(try #require(reply["metrics", "mae"]).double() - expected) < 1e-5)
        let mean = residuals.reduce(0, +) / Double(residuals.count)
        #expect(abs(try #require(reply["residuals", "mean"]).double() - mean) < 1e-5)
        for worst in try #require(reply["worst"]).elements {
            let row = try #require(worst["row"]).int()
            #expect(worst["target"]?.count == Self.sums[row].count, "\(worst.source)")
        }
    }

    @Test(arguments: ways)
    func `a step of weight 0 is as if it were not judged`(way: String, layer: String) throws {
        let server = try TestServer.shared()
        let name = "weighed-\(way)"
        try define(server, name, layer + #", {"type": "Dense", "units": 1}"#)
        // The first steps count nothing, whatever they should be.
        let weights = Self.rows.map { row in row.indices.map { step -> Int in step == 0 ? 0 : 1 + step % 2 } }
        let others: [[Double]] = Self.sums.map { [1000] + $0.dropFirst() }
        func hash(_ targets: [[Double]], _ weights: String) throws -> String {
            let body = data("\(targets)", #", "sample_weight": \#(weights)"#)
            let job = try server.trained(
                #"{"model": "\#(name)", "data": \#(body), "initial_version": 0, "loss": "mse", "epochs": 2, "batch_size": 8}"#
            )
            return try #require(job["weights_sha256"]).string()
        }

        let plain = try hash(Self.sums, "\(weights)")
        #expect(try hash(others, "\(weights)") == plain)
        #expect(try hash(Self.sums, "\(weights.map { $0.map { _ in 1 } })") != plain)
        // Rows may have a weight each, too.
        #expect(try hash(Self.sums, "\(Self.rows.indices.map { 1 + $0 % 2 })") != plain)

        var wrong = weights
        wrong[3].append(1)
        let refused = try server.post(
            "/train",
            #"{"model": "\#(name)", "data": \#(data("\(Self.sums)", #", "sample_weight": \#(wrong)"#)), "loss": "mse"}"#
        )
        #expect(refused.status == 422 && refused.text.contains("/data/sample_weight/3"), "\(refused.text)")
    }

    @Test func `results whose last extent differs are refused by their name`() throws {
        let server = try TestServer.shared()
        try define(server, "turned", #"{"type": "Permute", "dims": [2, 1], "name": "across"}"#)
        let reply = try server.post(
            "/evaluate",
            #"{"model": "turned", "version": 0, "data": {"x": [[[1, 2]], [[1, 2], [3, 4]]], "y": [[[1], [2]], [[1, 3], [2, 4]]]}, "loss": "mse"}"#
        )
        #expect(reply.status == 422 && reply.text.contains("across"), "\(reply.text)")
    }
}
