internal import ArgumentParser

/// The option that says in which form a command writes.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Write a JSON object a line to standard output, and nothing else.")
    var json = false

    /// Where to write, and in which form.
    var output: Output { Output(isJSON: json) }
}
