import JSON
import Testing

/// What is told of a column of numbers is the same whatever columns stand beside it, to the last bit.
@Suite(.sharedServer) struct NumberMomentsTests {
    @Test func `eleven columns with holes have the figures that each has by itself`() throws {
        let server = try TestServer.shared()
        let rows = 700
        let columns = (0..<11).map { column in
            (0..<rows).map { row -> Double? in
                if column % 3 != 0, (row + column) % (column + 1) == 0 { return nil }
                let number = Double((row * 7919 + column * 31) % 1009) - 400
                return column == 4 ? number : number / 8
            }
        }
        var text = (0..<11).map { "c\($0)" }.joined(separator: ",") + "\n"
        for row in 0..<rows {
            let cells = columns.enumerated().map { column, values in
                values[row].map { column == 4 ? "\(Int($0))" : "\($0)" } ?? ""
            }
            text += cells.joined(separator: ",") + "\n"
        }
        let reply = try server.send("PUT", "/datasets/moments", text: text, contentType: "text/csv")
        #expect(reply.status == 201, "\(reply.text)")
        let facts = try #require(reply["columns"]).elements.map { $0 }
        try #require(facts.count == 11)
        for (facts, values) in zip(facts, columns) {
            let expected = Welford(values.compactMap(\.self))
            #expect(try facts["missing"]?.int() == values.count { $0 == nil })
            #expect(try facts["mean"]?.double() == expected.mean)
            #expect(try facts["std"]?.double() == (expected.squares / Double(expected.count)).squareRoot())
            #expect(try facts["min"]?.double() == values.compactMap(\.self).min())
            #expect(try facts["max"]?.double() == values.compactMap(\.self).max())
        }
    }

    /// Mean and sum of squared distances, number by number.
    private struct Welford {
        var (count, mean, squares) = (0, 0.0, 0.0)

        init(_ numbers: [Double]) {
            for number in numbers {
                count += 1
                let distance = number - mean
                mean += distance / Double(count)
                squares += distance * (number - mean)
            }
        }
    }
}
