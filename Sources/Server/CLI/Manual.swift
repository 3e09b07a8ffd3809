import ArgumentParser
import Client

/// `trainyard manual`: the manual page, for `man -l -` or a file `trainyard.1`.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the manual page, as troff: \"trainyard manual | man -l -\" shows it."
    )

    private static let statuses: [(status: Int32, meaning: String)] = [
        (0, "What was asked is done."),
        (1, "check found something that is still wrong, or health no server that is well."),
        (64, "The command line is wrong."),
        (65, "The input is damaged or unfit."),
        (66, "There is no such file, folder or model."),
        (69, "The address can't be listened on."),
        (70, "A fault of the program itself."),
        (73, "The name is taken or can't be written."),
        (74, "The disk is full or fails, or the database can't be used now."),
    ]

    /// Prints it.
    func run() {
        let page = ManualPage.text(of: Trainyard.self, statuses: Self.statuses)
        StandardOutput.write(String(page.dropLast()))
    }
}
