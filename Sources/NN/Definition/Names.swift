import JSON

/// The names that Keras gives to layers without one.
package enum AutomaticName {
    /// The class in snake case, as in `max_pooling2d` for `MaxPooling2D` (Keras's `to_snake_case`).
    package static func of(className: String) -> String {
        let letters = Array(className)
        var name = ""
        for (index, letter) in letters.enumerated() {
            let startsWord = index + 1 < letters.count && letters[index + 1].isLowercase
            if index > 0, letter.isUppercase, startsWord || letters[index - 1].isLowercase { name.append("_") }
            name += letter.lowercased()
        }
        return name
    }

    /// The base, or the base with the least number that isn't taken: `dense`, `dense_1`, `dense_2`.
    package static func free(_ base: String, taken: Set<String>) -> String {
        guard taken.contains(base) else { return base }
        var number = 1
        while taken.contains("\(base)_\(number)") { number += 1 }
        return "\(base)_\(number)"
    }
}

/// What the name of a model or a layer may be.
enum ModelName {
    /// The rule in words.
    static let expectation = "1 to 128 letters, digits, \"_\", \"-\" and \".\", not starting with \"-\" or \".\""

    /// Whether a name follows the rule.
    static func isAllowed(_ name: String) -> Bool {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        let isOpened = name.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") } ?? false
        return isAllowed && isOpened && name.utf8.count <= 128
    }
}

extension ObjectReader {
    /// The name of a model or a layer, which stands in addresses and in the names of weights.
    ///
    /// 1 to 128 letters, digits, `.`, `_` and `-` of ASCII, the first a letter, a digit or `_`.
    mutating func name(_ key: String) -> String {
        let name = string(key)
        if let value = object?[key], value.kind == .string, !ModelName.isAllowed(name) {
            fault(at: key, "expected \(ModelName.expectation), found \(value.summary)")
        }
        return name
    }
}
