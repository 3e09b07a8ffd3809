import SQL
import Testing

/// What is bound comes back as it was.
struct ValueTests {
    static let values: [Value] = [
        .null, .integer(0), .integer(.min), .integer(.max), .real(0.1), .real(-0.0), .real(.greatestFiniteMagnitude),
        .real(.leastNonzeroMagnitude), .real(.infinity), .text(""), .text("Grüße, 世界 🚂"),
        .text(String(repeating: "long ", count: 100_000)), .bytes([]), .bytes([0]), .bytes(Array(0...255)),
        .bytes([UInt8](repeating: 7, count: 1 << 20)),
    ]

    @Test(arguments: TestEngine.present, values)
    func `a value of each kind comes back with all its bits`(engine: TestEngine, value: Value) throws {
        try engine.write { (connection) throws in
            try connection.execute(sql: "CREATE TEMP TABLE kept (value \(engine.type(of: value)))")
            try connection.run(sql: "INSERT INTO kept VALUES (?)", arguments: [value])

            let found = try #require(try Row.one(connection, sql: "SELECT value FROM kept")).values[0]

            #expect(found == value)
            if case (.real(let found), .real(let value)) = (found, value) {
                #expect(found.bitPattern == value.bitPattern)
            }
        }
    }

    @Test func `a text with U+0000 is kept whole by SQLite, and refused by PostgreSQL, never cut`() throws {
        let text = "before\0behind"
        for engine in TestEngine.present {
            try engine.write { (connection) throws in
                try connection.execute(sql: "CREATE TEMP TABLE kept (value text)")
                let sql = "INSERT INTO kept VALUES (?)"
                switch engine {
                case .sqlite:
                    try connection.run(sql: sql, arguments: [text])
                    #expect(try String.one(connection, sql: "SELECT value FROM kept") == text)
                case .postgresql:
                    #expect(
                        expectFailure(.unexpected) { try connection.run(sql: sql, arguments: [text]) }?.code
                            == "PostgreSQL 22021"
                    )
                }
            }
        }
    }

    @Test func `types of Swift are read from what holds them, and from nothing else`() {
        #expect(Int.reading(.integer(7)) == 7)
        #expect(Int64.reading(.real(7)) == 7)
        #expect(Int64.reading(.real(7.5)) == nil)
        #expect(Int64.reading(.real(1e300)) == nil)
        #expect(Int.reading(.text("7")) == nil)
        #expect(Bool.reading(.integer(0)) == false)
        #expect(Bool.reading(.integer(2)) == true)
        #expect(Double.reading(.integer(2)) == 2)
        #expect(String.reading(.bytes([65])) == nil)
        #expect([UInt8].reading(.text("A")) == nil)
        #expect(String.reading(.null) == nil)
        #expect(String?.reading(.null) == .some(nil))
        #expect(String?.reading(.integer(1)) == .none)
    }
}
