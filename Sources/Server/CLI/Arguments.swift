import CStart

/// What the program was started with.
enum Arguments {
    /// Everything after the program's name, as `main` was given it.
    static var all: [String] {
        (1..<max(1, Int(trainyard_argument_count()))).compactMap { index in
            trainyard_argument(Int32(index)).map { String(cString: $0) }
        }
    }
}
