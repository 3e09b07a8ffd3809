import Glibc
import JSON
import Testing

/// Arrays long enough that their numbers are read word by word, which short ones and the ends of texts are not.
struct LongArrayTests {
    /// Numbers with 1 to 20 digits before the point, 0 to 20 behind it, and every form of exponent.
    private static let numbers: [String] = (1...20).flatMap { whole in
        (0...20).flatMap { fraction in
            ["", "e1", "E-7", "e+05", "e-012"].map { exponent in
                let digits = String("98765432109876543210".prefix(whole))
                let point = fraction == 0 ? "" : "." + "01234567890123456789".suffix(fraction)
                return ((whole + fraction) % 3 == 0 ? "-" : "") + (whole % 4 == 0 ? "0" : digits) + point + exponent
            }
        }
    }

    @Test(arguments: [",", ", ", " ,", ",\n  "])
    func `every number of a long array is what the C library reads`(separator: String) throws {
        let text = "[" + Self.numbers.joined(separator: separator) + "]"

        let (shape, values) = try JSONDocument(parsing: text).root.readTensor()

        #expect(shape == [Self.numbers.count])
        for (number, value) in zip(Self.numbers, values) {
            #expect(value.bitPattern == strtof(number, nil).bitPattern, "\(number)")
        }
    }

    @Test(arguments: [
        "01", "-", "1.", ".5", "1e", "1e+", "+1", "--1", "1.2.3", "0x10", "1,", "00.5", "1 2", "NaN", "-a", "1.e3",
        "12345678901.", "1.123456789012345678e",
    ])
    func `a malformed number within a long array is refused where a short text refuses it`(text: String) throws {
        let rest = [String](repeating: "0.25", count: 40).joined(separator: ",")
        let short = try #require(throws: JSONSyntaxError.self) { try JSONDocument(parsing: "[\(text),0]") }
        let long = try #require(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: #"{"a": [[], [\#(rest),\#(text),\#(rest)]]}"#)
        }

        #expect(long.detail == short.detail)
        #expect(long.offset == short.offset + #"{"a": [[], ["#.utf8.count + rest.utf8.count)
        let place = try #require(Int(short.pointer.dropFirst()))
        #expect(long.pointer == "/a/1/\(40 + place)")
    }

    @Test func `what stands among the numbers of a long array is found in its place`() throws {
        let run = [String](repeating: "1.5", count: 30).joined(separator: ",")
        let root = try JSONDocument(parsing: "[\(run),[\(run)],null,\(run),\"x\",\(run)]").root

        #expect(root.count == 30 + 1 + 1 + 30 + 1 + 30)
        #expect(root[30]?.count == 30)
        #expect(root[31]?.isNull == true)
        #expect(root[62]?.source == "\"x\"")
        #expect(root[92]?.source == "1.5")
        let fault = try #require(throws: Fault.self) { try root.readTensor() }
        #expect(fault.detail.hasPrefix("expected a number"))
    }
}
