internal import Foundation

/// A standard stream, and what it can show.
struct Terminal: Sendable {
    /// The stream's descriptor.
    let descriptor: Int32

    static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
    static let standardError = Terminal(descriptor: STDERR_FILENO)

    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// How many columns fit; nil where nothing has to be cut.
    var width: Int? {
        guard isTerminal else { return nil }
        if let columns = variable("COLUMNS").flatMap(Int.init), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// How many lines fit.
    var height: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// Whether what stands there can be written over by escape sequences.
    var canMove: Bool { isTerminal && variable("TERM") != "dumb" }

    /// Whether the locale has more than ASCII (locale(7): the first of these that is set counts).
    var isUnicode: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { variable($0) }.first ?? ""
        return ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
    }

    /// Whether it may be coloured (no-color.org).
    var hasColours: Bool { isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb" }

    /// Writes a text at once.
    ///
    /// - Returns: the code of what went wrong; 0 where nothing did.
    @discardableResult
    func write(_ text: String) -> Int32 { write(Array(text.utf8)[...]) }

    /// Writes bytes.
    @discardableResult
    func write(_ bytes: ArraySlice<UInt8>) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&request, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// A variable of the environment that is set and not empty.
    private func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
