/// The version of the program, as `trainyard --version` prints it and every stored model version names it.
enum ProgramVersion {
    static let current = "0.1.0"
}
