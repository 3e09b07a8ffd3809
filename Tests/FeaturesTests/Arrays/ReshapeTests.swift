import Testing

@testable import Features

/// `Reshape` as a front layer: elements keep their order, and one extent may follow.
struct ReshapeTests {
    private func apply(_ layer: any FrontLayer, _ row: FrontValue) throws -> FrontValue {
        var pass = FrontPass()
        return try layer.apply(to: [row], &pass)
    }

    @Test func `the extent of -1 follows, row by row where they differ`() throws {
        let layer = try FrontRun.layer(#"{"type": "Reshape", "target_shape": [2, -1, 1]}"#)
        #expect(try layer.output(for: [FrontType(.float, [2, nil])]) == FrontType(.float, [2, nil, 1]))
        #expect(try layer.output(for: [FrontType(.byte, [2, 3])]) == FrontType(.byte, [2, 3, 1]))
        let row = FrontValue(.floats([1, 2, 3, 4, 5, 6]), [2, 3])
        #expect(try apply(layer, row) == FrontValue(.floats([1, 2, 3, 4, 5, 6]), [2, 3, 1]))
        #expect(try apply(layer, FrontValue(.strings(["a", "b"]), [2])).shape == [2, 1, 1])
    }

    @Test func `what does not fit is told in numbers`() throws {
        let layer = try FrontRun.layer(#"{"type": "Reshape", "name": "plane", "target_shape": [2, -1]}"#)
        let error = #expect(throws: FrontError.self) { try apply(layer, FrontValue(.floats([1, 2, 3]), [3])) }
        #expect(error?.description == #"Reshape "plane" takes as many elements as [2, -1] holds, found 3"#)
        #expect(throws: FrontError.self) { try layer.output(for: [FrontType(.float, [3])]) }
    }
}
