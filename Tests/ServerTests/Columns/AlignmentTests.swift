import Foundation
import JSON
import Testing

/// Labels that are learned without alignment, by the loss `ctc`, from texts and from lists of unequal length.
@Suite(.sharedServer) struct AlignmentTests {
    /// Texts of two to four letters.
    private static let texts = (0..<60).map { row in
        String((0..<2 + row % 3).map { "ab".map { $0 }[(row >> $0) & 1] })
    }

    /// What is heard of a text: each letter for a step, and silence behind it.
    private static func steps(_ text: String) -> [[Int]] {
        let sounds = text.flatMap { letter in [letter == "a" ? [0, 1, 0] : [0, 0, 1], [1, 0, 0]] }
        return sounds + Array(repeating: [1, 0, 0], count: 8 - sounds.count)
    }

    private static let layers =
        #""input_shape": [8, 3], "layers": [{"type": "Dense", "units": 3, "activation": "softmax"}]"#
    private static let options =
        #""loss": "ctc", "epochs": 60, "optimizer": {"type": "Adam", "learning_rate": 0.1}, "batch_size": 16"#

    @Test func `a text is learned as its characters, and read out of predictions`() throws {
        let server = try TestServer.shared()
        let records = Self.texts.map { #"{"heard": \#(Self.steps($0)), "text": "\#($0)"}"# }.joined(separator: "\n")
        let upload = try server.send(
            "PUT",
            "/datasets/heard",
            text: records,
            contentType: "application/x-ndjson"
        )
        try #require(upload.status == 201, "\(upload.text)")
        try server.define(#"{"name": "listener", \#(Self.layers)}"#)
        let job = try server.trained(
            #"{"model": "listener", "dataset": "heard", "inputs": "heard", "targets": "text", "metrics": ["character_error_rate", "sequence_accuracy"], \#(Self.options)}"#
        )
        #expect(try #require(job["metrics", "test_character_error_rate"]).double() == 0, "\(job.text)")
        #expect(try #require(job["metrics", "test_sequence_accuracy"]).double() == 1)

        func ask(_ decode: String) throws -> Reply {
            try server.post(
                "/predict",
                #"{"model": "listener", "instances": [\#(Self.steps("abba")), \#(Self.steps("bb"))], "decode": \#(decode)}"#
            )
        }
        let greedy = try ask("{}")
        #expect(greedy["decoded", "0", "0", "tokens"]?.source == "[1,2,2,1]", "\(greedy.text)")
        #expect(try greedy["decoded", "1", "0", "text"]?.string() == "bb")
        let searched = try ask(#"{"strategy": "beam_search", "beam_width": 10, "top_paths": 3}"#)
        #expect(searched["decoded", "0"]?.count == 3, "\(searched.text)")
        #expect(try searched["decoded", "0", "0", "text"]?.string() == "abba")
        let logs = try (0..<3).map { try #require(searched["decoded", "0", "\($0)", "log_probability"]).double() }
        #expect(logs == logs.sorted(by: >) && logs[0] <= 0)
        // All paths of a labelling are at least as likely as one of them.
        #expect(try logs[0] >= #require(greedy["decoded", "0", "0", "log_probability"]).double() - 1e-6)
    }

    @Test func `lists of labels may be of unequal length`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name": "lister", \#(Self.layers)}"#)
        let labels = Self.texts.map { text in text.map { $0 == "a" ? 1 : 2 } }
        let job = try server.trained(
            #"{"model": "lister", "data": {"x": \#(Self.texts.map(Self.steps)), "y": \#(labels)}, "validation_split": 0.2, "metrics": ["sequence_accuracy"], \#(Self.options)}"#
        )
        #expect(try #require(job["metrics", "val_sequence_accuracy"]).double() == 1, "\(job.text)")
    }

    @Test func `what can't be read is refused`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name": "deaf", "input_shape": [4], "layers": [{"type": "Dense", "units": 3}]}"#)
        let flat = try server.post("/predict", #"{"model": "deaf", "instances": [[1, 2, 3, 4]], "decode": {}}"#)
        #expect(flat.status == 422 && flat.text.contains("/decode"), "\(flat.text)")
        let several = try server.post(
            "/predict",
            #"{"model": "deaf", "instances": [[1, 2, 3, 4]], "decode": {"top_paths": 2}}"#
        )
        #expect(several.status == 422 && several.text.contains("/decode/top_paths"), "\(several.text)")
        // A softmax of two for the blank and two letters.
        try server.define(
            #"{"name": "narrow", "input_shape": [8, 3], "layers": [{"type": "Dense", "units": 2, "activation": "softmax"}]}"#
        )
        let narrow = try server.post(
            "/train",
            #"{"model": "narrow", "data": {"x": [\#(Self.steps("ab"))], "y": [[1, 2]]}, \#(Self.options)}"#
        )
        #expect(narrow.status == 422, "\(narrow.text)")
    }

    @Test func `labels that the steps can't say are refused, and zeros between them`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name": "short", "input_shape": [3, 3], "layers": [{"type": "Dense", "units": 3}]}"#)
        let steps = Array(repeating: [1, 0, 0], count: 3)
        func fault(_ labels: String, _ options: String = "") throws -> Reply {
            try server.post(
                "/train",
                #"{"model": "short", "data": {"x": [\#(steps), \#(steps)], "y": [[1], \#(labels)]}, "loss": {"type": "ctc"\#(options)}, "epochs": 1}"#
            )
        }
        let many = try fault("[1, 1, 2]")
        #expect(many.status == 422 && many["errors", "0", "pointer"]?.source == #""/data/y/1""#, "\(many.text)")
        #expect(many.text.contains("3 labels take 4 steps, 1 of them for the blanks between equal ones"))
        let gap = try fault("[1, 0, 2]")
        #expect(gap.status == 422 && gap.text.contains("a 0 stands before the label 2"), "\(gap.text)")
        let word = try fault("[1, \"b\"]")
        #expect(word.status == 422 && word["errors", "0", "pointer"]?.source == #""/data/y/1/1""#, "\(word.text)")
        #expect(try fault("[1, 1, 2]", #", "zero_infinity": true"#).status == 202)
        #expect(try fault("[1, 2, 1]").status == 202)
    }

    @Test func `what validates may have longer rows of labels`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name": "longer", \#(Self.layers)}"#)
        let job = try server.trained(
            #"{"model": "longer", "data": {"x": [\#(Self.steps("ab"))], "y": [[1, 2]]}, "validation_data": {"x": [\#(Self.steps("aba")), \#(Self.steps("b"))], "y": [[1, 2, 1], [2]]}, "loss": "ctc", "epochs": 1}"#
        )
        #expect(try #require(job["metrics", "val_loss"]).double() > 0, "\(job.text)")
    }
}
