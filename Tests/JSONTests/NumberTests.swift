import Glibc
import JSON
import Testing

struct NumberTests {
    /// The number both inside an array, where it is read in place, and as the whole text.
    private func both<Result: Equatable>(_ text: String, _ read: (JSONValue) throws -> Result) throws -> Result {
        let inside = try read(#require(JSONDocument(parsing: "[\(text)]").root[0]))
        #expect(try read(JSONDocument(parsing: text).root) == inside)
        return inside
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("3.0", 3), ("1e3", 1000), ("1.5e1", 15), ("-12.50e1", -125), ("100e-2", 1),
        ("0e999999999", 0),
        ("0.000", 0), ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
        ("9007199254740991.000", 9_007_199_254_740_991), ("0.0000000000000000000007e22", 7),
        ("1000000000000000000000000000000e-30", 1),
    ])
    func `a number without a fraction is an integer however it is written`(text: String, value: Int) throws {
        #expect(try both(text) { try $0.int() } == value)
    }

    @Test(arguments: ["0.5", "3.1", "1e-1", "1.5e0", "-0.0000001", "9007199254740990.5", "1e-999999999999"])
    func `a fraction is no integer`(text: String) throws {
        let error = try #require(throws: Fault.self) { try JSONDocument(parsing: text).root.int() }

        #expect(error.detail == "expected an integer, found \(text)")
    }

    @Test(arguments: [
        "9007199254740992", "-9007199254740992", "1e16", "123456789012345678901234567890", "1e999999999999",
    ])
    func `an integer past 2^53 is refused, since clients round it`(text: String) throws {
        let error = try #require(throws: Fault.self) { try JSONDocument(parsing: text).root.int() }

        #expect(
            error.detail
                == "expected an integer, found \(text), which is past 2^53, where JSON numbers stop being exact"
        )
    }

    @Test(arguments: [
        "0", "-0", "1", "0.1", "-2.5", "1e22", "1e23", "123456789012345678", "9007199254740993",
        "1.7976931348623157e308",
        "5e-324", "2.2250738585072011e-308", "1e-400", "0.30000000000000004", "8.5e-30", "179769313486231580793e288",
        "0.000000000000000000000000000000000000000000000000000000000000000000000001", "1e0000000005",
    ])
    func `a double is what the C library reads`(text: String) throws {
        #expect(try both(text) { try $0.double().bitPattern } == strtod(text, nil).bitPattern)
    }

    @Test(arguments: ["1e999", "-1e309", "1.8e308"])
    func `a number too large for a double is refused`(text: String) throws {
        let error = try #require(throws: Fault.self) { try JSONDocument(parsing: text).root.double() }

        #expect(error.detail == "expected a number within ±1.8e308, the range of 64-bit floats, found \(text)")
    }

    @Test(arguments: ["1e39", "-3.5e38", "340282356779733661637539395458142568448", "1e999"])
    func `a number too large for a float is refused`(text: String) throws {
        let error = try #require(throws: Fault.self) { try JSONDocument(parsing: text).root.float() }

        #expect(error.detail.hasPrefix("expected a number within ±3.4e38, the range of 32-bit floats"))
    }

    @Test(
        arguments: [
            "0", "-0", "1", "16777217", "16777219", "33554433", "0.1", "3.4028234e38",
            "340282356779733661637539395458142568447",
            "1.1754944e-38", "1.17549429e-38", "1e-45", "7e-46", "7.006492321624085354618e-46",
            "7.0064923216240853e-46", "1e-50",
            "1.00000005960464477539062", "1.000000059604644775390625", "1.00000005960464477539063", "1e-64", "1e64e",
            "12345678901234567890",
            "0.00000000000000000000000000000000000000000000000000000000000000000000001", "1.4012984643e-45",
            "9.99999999e37",
        ].filter { !$0.hasSuffix("e") }
    )
    func `a float is what the C library reads`(text: String) throws {
        let expected = strtof(text, nil).bitPattern

        #expect(try both(text) { try $0.float().bitPattern } == expected)
        #expect(
            try both("-\(text)".replacing("--", with: "")) { try $0.double() }
                == strtod("-\(text)".replacing("--", with: ""), nil)
        )
    }

    /// Random texts by several recipes, a thousand of each to an array.
    private func texts(_ recipe: Int, count: Int, using random: inout some RandomNumberGenerator) -> [String] {
        (0..<count).map { _ in
            switch recipe {
            case 0:
                while true {
                    let float = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
                    if float.isFinite { return float.description }
                }
            case 1:
                let exponent = Int.random(in: -45...37, using: &random)
                return "\(UInt64.random(in: 0...UInt64.max, using: &random))e\(exponent - 19)"
            case 2: return Double.random(in: -1...1, using: &random).description
            case 3:
                // The middle between two floats, exactly, and a little beside it.
                let float = Float(bitPattern: UInt32.random(in: 0x2000_0000...0x5F00_0000, using: &random))
                let middle = (Double(float) + Double(float.nextUp)) / 2
                return [middle, middle.nextUp, middle.nextDown].randomElement(using: &random)?.description ?? "0"
            case 4:
                let digits = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                    String(Int.random(in: 0...9, using: &random))
                }
                return "\(Int.random(in: 0...9, using: &random)).\(digits.joined())"
            default:
                // Subnormal floats and their neighbourhood.
                return "\(Int.random(in: 1...99_999_999, using: &random))e-\(Int.random(in: 38...53, using: &random))"
            }
        }
    }

    @Test(arguments: 0...5)
    func `random numbers become the floats and doubles that the C library reads`(recipe: Int) throws {
        var random = SystemRandomNumberGenerator()
        let texts = texts(recipe, count: 10_000, using: &random)
        let values = try JSONDocument(parsing: "[\(texts.joined(separator: ", "))]").root

        let floats = try values.readTensor().values

        for (index, text) in texts.enumerated() where floats[index].bitPattern != strtof(text, nil).bitPattern {
            Issue.record("\(text) became the float \(floats[index]), not \(strtof(text, nil))")
        }
        for (value, text) in zip(values.elements, texts) {
            let double = try value.double()
            if double.bitPattern != strtod(text, nil).bitPattern {
                Issue.record("\(text) became the double \(double), not \(strtod(text, nil))")
            }
        }
    }
}
