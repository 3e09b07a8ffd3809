/// Reads what `trainyard serve` was told: a flag counts before its environment variable.
struct SettingReader {
    /// The variables, of which `TRAINYARD_<FLAG>` stands for a flag.
    let environment: [String: String]

    /// Where a setting was made, and its text; nil where it was not.
    func setting(_ flag: String, _ value: String?) -> (source: String, text: String)? {
        if let value { return ("--\(flag)", value) }
        let variable = "TRAINYARD_" + flag.uppercased().replacing("-", with: "_")
        return environment[variable].map { (variable, $0) }
    }

    /// An integer; throws `StartError.usage` for anything else.
    func integer(_ flag: String, _ value: String?, _ range: ClosedRange<Int>) throws(StartError) -> Int? {
        guard let (source, text) = setting(flag, value) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .usage(
                "\(source): expected an integer from \(range.lowerBound) to \(range.upperBound), found \"\(text)\""
            )
        }
        return number
    }

    /// A number; throws `StartError.usage` for anything else.
    func number(_ flag: String, _ value: String?, _ range: ClosedRange<Double>) throws(StartError) -> Double? {
        guard let (source, text) = setting(flag, value) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw .usage(
                "\(source): expected a number from \(range.lowerBound) to \(range.upperBound), found \"\(text)\""
            )
        }
        return number
    }

    /// A text; throws `StartError.usage` for an empty one.
    func text(_ flag: String, _ value: String?) throws(StartError) -> String? {
        guard let (source, text) = setting(flag, value) else { return nil }
        if text.isEmpty { throw .usage("\(source): expected a value, found an empty one") }
        return text
    }

    /// The items of a setting that is a list with commas, or several such lists where the flag was given more than once;
    /// throws `StartError.usage` for an empty item.
    func list(_ flag: String, _ values: [String]) throws(StartError) -> (source: String, items: [String])? {
        guard let (source, text) = setting(flag, values.isEmpty ? nil : values.joined(separator: ",")) else {
            return nil
        }
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        if items.contains("") { throw .usage("\(source): expected a value, found an empty one") }
        return (source, items)
    }

    /// Whether a flag without a value is there, or its variable says so; throws `StartError.usage` for another word.
    func switched(_ flag: String, _ isOn: Bool) throws(StartError) -> Bool {
        guard let (source, text) = setting(flag, isOn ? "true" : nil) else { return false }
        switch text.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off", "": return false
        default: throw .usage("\(source): expected true or false, found \"\(text)\"")
        }
    }
}
