/// What watching a job has to say when it ends early.
enum JobWatch {
    /// Has Ctrl-C end the watching of a job, and say that it goes on.
    static func endsWithInterruption(_ id: String) {
        let job = PrintableText.line(id)
        Interruption.endsWatching(
            "no longer watching; job \(job) goes on (\"trainyard jobs wait \(job)\" follows it, "
                + "\"trainyard jobs cancel \(job)\" ends it)"
        )
    }
}
