/// The rule for names of models, datasets and aliases.
///
/// Such a name needs no escaping in a URL, a shell or a file name, and can't climb out of a folder.
public enum NameRule {
    /// The names of models and datasets, as a regular expression (ECMA-262).
    public static let pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"

    /// The names of aliases, of which at least one character is no digit.
    public static let aliasPattern = "^(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"

    /// Throws `StoreError.invalid` for a name that a model or a dataset can't have; `kind` says which it is of.
    public static func check(_ name: String, of kind: String) throws(StoreError) {
        let bytes = Array(name.utf8)
        let isAllowed =
            (1...128).contains(bytes.count) && isAlphanumeric(bytes[0])
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
        guard isAllowed else {
            throw .invalid(
                "\(kind) name \(quoted(name)): expected 1 to 128 letters, digits, '.', '_' or '-', "
                    + "the first a letter or a digit"
            )
        }
    }

    /// An alias must not look like a version number, since it stands where a version may stand.
    static func checkAlias(_ name: String) throws(StoreError) {
        try check(name, of: "alias")
        guard !name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .invalid("alias name \(quoted(name)): expected at least one character that is not a digit")
        }
    }

    /// The name in quotes, cut where it is long, with control characters made visible.
    static func quoted(_ name: String) -> String {
        let shown = name.unicodeScalars.prefix(64).map { $0.escaped(asASCII: false) }.joined()
        return "\"\(shown)\(name.unicodeScalars.count > 64 ? "…" : "")\""
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
