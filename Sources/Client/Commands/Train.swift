internal import ArgumentParser
internal import JSON

/// `trainyard train FILE`: has a model trained, and perhaps waits for it.
struct Train: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a model trained; prints the job's id.",
        discussion:
            "With --wait the status is 1 where the job fails or is cancelled. Ctrl-C ends the waiting, not the job."
    )

    @Argument(
        help: "What POST /train takes, as JSON: model, dataset, loss, epochs and so on; - is standard input.",
        completion: .file(extensions: ["json"])
    )
    var file: String

    @Flag(help: "Follow the job to its end.")
    var wait = false

    @Option(help: ArgumentHelp("An Idempotency-Key: the same key again gives the same job again.", valueName: "key"))
    var key: String?

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let source = try JSONFile(InputFile(file))
        var request = Request("POST", "train")
        request.body = .bytes(Array(source.root.document.bytes), type: "application/json")
        if let key {
            guard key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), (1...255).contains(key.utf8.count) else {
                throw Failure(.usage, "--key: expected 1 to 255 printable ASCII characters")
            }
            request.fields = [("Idempotency-Key", key)]
        }
        try NewJob(request, source: source).submit(server, label: source.label, waits: wait)
    }
}
