import JSON
import Testing

/// Random values, written by the writer and by a careless hand with spaces and escapes, must parse to themselves.
struct RoundTripTests {
    indirect enum Tree {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([Tree])
        case object([(String, Tree)])

        static func random(depth: Int, using random: inout some RandomNumberGenerator) -> Tree {
            switch Int.random(in: 0..<(depth == 0 ? 4 : 6), using: &random) {
            case 0: return .null
            case 1: return .bool(.random(using: &random))
            case 2: return .number(Double(Int.random(in: -9999...9999, using: &random)) / 64)
            case 3: return .string(text(using: &random))
            case 4:
                return .array(
                    (0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) }
                )
            default:
                let members = (0..<Int.random(in: 0...20, using: &random)).map { index in
                    (
                        "\(index)" + text(using: &random),
                        Tree.random(depth: depth - 2 < 0 ? 0 : depth - 2, using: &random)
                    )
                }
                return .object(members)
            }
        }

        static func text(using random: inout some RandomNumberGenerator) -> String {
            let letters: [Character] = ["a", "\"", "\\", "/", "\n", "\u{1}", "é", "€", "😀", " ", "{", "]", ",", "~"]
            return String(
                (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in letters.randomElement(using: &random) }
            )
        }

        func write(to json: inout JSONWriter) {
            switch self {
            case .null: json.null()
            case .bool(let value): json.write(value)
            case .number(let value): json.write(value)
            case .string(let value): json.write(value)
            case .array(let values): json.array { json in for value in values { value.write(to: &json) } }
            case .object(let members):
                json.object { json in
                    for (key, value) in members {
                        json.key(key)
                        value.write(to: &json)
                    }
                }
            }
        }

        /// The same value with spaces wherever they may be and every character of a string escaped.
        func carelessText(using random: inout some RandomNumberGenerator) -> String {
            let space = ["", " ", "\n", "\r\n\t"].randomElement(using: &random) ?? ""
            switch self {
            case .null: return space + "null" + space
            case .bool(let value): return space + "\(value)" + space
            case .number(let value): return space + "\(value)" + space
            case .string(let value): return space + escaped(value) + space
            case .array(let values):
                return space + "[" + values.map { $0.carelessText(using: &random) }.joined(separator: ",") + space + "]"
            case .object(let members):
                let texts = members.map { space + escaped($0) + space + ":" + $1.carelessText(using: &random) }
                return "{" + texts.joined(separator: ",") + space + "}" + space
            }
        }

        private func escaped(_ text: String) -> String {
            let units = text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            return "\"\(units.joined())\""
        }

        /// Whether `value` is this tree, node by node.
        func matches(_ value: JSONValue) -> Bool {
            switch self {
            case .null: value.isNull
            case .bool(let expected): (try? value.bool()) == expected
            case .number(let expected): (try? value.double()) == expected
            case .string(let expected): (try? value.string()) == expected
            case .array(let expected):
                value.kind == .array && value.count == expected.count
                    && zip(expected, value.elements).allSatisfy { $0.matches($1) }
            case .object(let expected):
                value.kind == .object && value.count == expected.count
                    && zip(expected, value.members).allSatisfy { $0.0 == $1.key && $0.1.matches($1.value) }
                    && expected.allSatisfy { key, tree in value[key].map(tree.matches) ?? false }
            }
        }
    }

    @Test func `random values parse to themselves, however they are written`() throws {
        var random = SystemRandomNumberGenerator()

        for _ in 0..<300 {
            let tree = Tree.random(depth: 5, using: &random)
            var json = JSONWriter()
            tree.write(to: &json)
            let careless = tree.carelessText(using: &random)
            let document = try JSONDocument(parsing: json.bytes)

            #expect(tree.matches(document.root), "\(json.text)")
            #expect(try JSONDocument(parsing: careless) == document, "\(careless)")
            #expect(document.root.source == json.text)
        }
    }

    @Test func `a random byte changed in a text gives a value or an error, never a crash`() throws {
        var random = SystemRandomNumberGenerator()
        var parsed = 0

        for _ in 0..<500 {
            var json = JSONWriter()
            Tree.random(depth: 5, using: &random).write(to: &json)
            var bytes = json.bytes
            bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            do throws(JSONSyntaxError) {
                let document = try JSONDocument(parsing: bytes)
                parsed += 1
                #expect(document.root == document.root)
                _ = try? document.root.readTensor()
            } catch {
                #expect(error.offset <= bytes.count)
                #expect(error.line >= 1 && error.column >= 1)
            }
        }

        #expect(parsed > 0)
    }
}
