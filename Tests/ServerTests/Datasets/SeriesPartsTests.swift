import Foundation
import JSON
import Testing

/// No record that is a target of a test or validation window is learned from.
@Suite(.sharedServer) struct SeriesPartsTests {
    /// A series of zeros with a 1 in one record, and a model whose weights only a target other than 0 can move.
    private func bias(
        spike: Int?,
        records: Int,
        query: String,
        more: String,
        horizon: Int
    ) throws -> (bias: [Double], rows: Int, testRows: Int) {
        let server = try TestServer.shared()
        let name = "series\(UUID().uuidString.prefix(8))"
        let table = "v\n" + (0..<records).map { $0 == spike ? "1\n" : "0\n" }.joined()
        let summary = try server.put("/datasets/\(name)?window=2&\(query)", Array(table.utf8), contentType: "text/csv")
        try server.define(
            """
            {"name": "\(name)", "input_shape": [2, 1], "layers": [{"type": "Flatten"},
             {"type": "Dense", "units": \(horizon), "kernel_initializer": "zeros"}]}
            """
        )
        let job = try server.trained(
            """
            {"model": "\(name)", "dataset": "\(name)", "loss": "mse", "batch_size": 100,
             "optimizer": {"type": "SGD", "learning_rate": 0.5}\(more)}
            """
        )
        #expect(try job["state"]?.string() == "succeeded")
        let answer = try server.post("/predict", #"{"model": "\#(name)", "instances": [[[0], [0]]]}"#)
        let row = try #require(try answer["predictions"]?.array().first { _ in true })
        let (rows, testRows) = (try summary["rows"]?.int(), try summary["test_rows"]?.int())
        return (try row.array().map { try $0.double() }, try #require(rows), try #require(testRows))
    }

    @Test(arguments: [(3, 1), (4, 2), (5, 3), (2, 1), (3, 2), (1, 1), (2, 5)])
    func `training ends before the first target that tests`(horizon: Int, stride: Int) throws {
        let query = "horizon=\(horizon)&stride=\(stride)&test_split=0.25"
        let windows = (40 - 2 - horizon) / stride + 1
        let tests = (windows + 3) / 4
        let first = (windows - tests) * stride + 2

        let unseen = try bias(spike: first, records: 40, query: query, more: "", horizon: horizon)
        let seen = try bias(spike: first - stride, records: 40, query: query, more: "", horizon: horizon)

        #expect(unseen.testRows == tests)
        #expect(unseen.rows == windows - tests - (horizon - 1) / stride)
        #expect(unseen.bias.allSatisfy { $0 == 0 })
        // No more is left out than has to be: the window before is learned from.
        #expect(seen.bias.contains { $0 != 0 })
    }

    @Test func `training ends before the first target that validates`() throws {
        let (query, split) = ("horizon=3&test_split=0", #", "validation_split": 0.25"#)
        // 36 windows, of which the last 9 validate; the first of them has the targets 29 to 31.
        let unseen = try bias(spike: 29, records: 40, query: query, more: split, horizon: 3)
        let seen = try bias(spike: 28, records: 40, query: query, more: split, horizon: 3)

        #expect(unseen.rows == 36)
        #expect(unseen.bias == [0, 0, 0])
        #expect(seen.bias.contains { $0 != 0 })
    }
}
