/// An error that ends the program with one line and an exit status of sysexits.h.
protocol ReportedError: Error, CustomStringConvertible {
    /// The exit status.
    var status: Int32 { get }
}
