import Foundation
import JSON
import Testing

/// Texts and pictures, from files to predictions.
@Suite(.sharedServer) struct TextTrainingTests {
    private static let messages: String = {
        var lines = ["text,label"]
        for row in 0..<80 {
            lines.append(
                row % 2 == 0
                    ? "\"win a free prize now, call \(row)\",spam" : "see you at the station at \(row) then love,ham"
            )
        }
        return lines.joined(separator: "\n")
    }()

    @Test func `a text is answered as a string, as bare bytes and in the query`() throws {
        let server = try TestServer.shared()
        #expect(
            try server.send("PUT", "/datasets/messages", text: Self.messages, contentType: "text/csv").status == 201
        )
        let reply = try server.post("/models", #"{"name": "spam", "preset": "text", "dataset": "messages"}"#)
        try #require(reply.status == 201, "\(reply.text)")
        let job = try server.trained(#"{"model": "spam", "dataset": "messages", "epochs": 4}"#)
        #expect(try #require(job["metrics", "test_accuracy"]).double() > 0.9)

        let json = try server.post(
            "/predict?top=2",
            #"{"model": "spam", "instances": ["a free prize", "love you, station"]}"#
        )
        #expect(try json["labels", "0"]?.string() == "spam", "\(json.text)")
        #expect(try json["labels", "1"]?.string() == "ham")
        #expect(try json["top", "0", "0", "label"]?.string() == "spam")
        let sum = try #require(json["top", "0"]).array().reduce(0) { sum, entry in
            try sum + #require(entry["probability"]).double()
        }
        #expect(abs(sum - 1) < 1e-5)

        let bare = try server.send("POST", "/predict?model=spam", text: "a free prize", contentType: "text/plain")
        #expect(bare["predictions", "0"]?.source == json["predictions", "0"]?.source)
        let query = try server.get("/predict?model=spam&input=a%20free%20prize")
        #expect(query["predictions", "0"]?.source == json["predictions", "0"]?.source)
    }

    @Test func `a text goes on as it was learned, from all its pieces`() throws {
        let server = try TestServer.shared()
        // 4,000 characters, of which a model that takes 100 at once sees forty pieces.
        let text = String(repeating: "abcdefgh ", count: 444)
        let upload = try server.send("PUT", "/datasets/alphabet", text: text, contentType: "text/plain")
        try #require(upload.status == 201, "\(upload.text)")
        let model = try server.post("/models", #"{"name": "speller", "preset": "generator", "dataset": "alphabet"}"#)
        try #require(model.status == 201, "\(model.text)")
        let job = try server.trained(#"{"model": "speller", "dataset": "alphabet", "epochs": 12, "batch_size": 8}"#)
        // A fifth of the pieces, 9 of 41, is kept for testing.
        #expect(try #require(job["metrics", "test_accuracy"]).double() > 0.99, "\(job.text)")
        let steps = try #require(job["progress", "steps"]).int()
        #expect(steps == 4, "32 pieces, 8 a batch")

        // Also where the upload says in another column of words which text is for what.
        let table = "part,text\ntrain,\(text)\ntest,\(text)\n"
        let parts = try server.send(
            "PUT",
            "/datasets/alphabets?target=text&split=part",
            text: table,
            contentType: "text/csv"
        )
        try #require(parts.status == 201, "\(parts.text)")
        let parted = try server.post(
            "/train?dry_run=true",
            #"{"model": "speller", "dataset": "alphabets", "epochs": 1, "batch_size": 8}"#
        )
        #expect(parted.status == 200, "\(parted.text)")
        let again = try server.trained(#"{"model": "speller", "dataset": "alphabets", "epochs": 1, "batch_size": 8}"#)
        #expect(try #require(again["progress", "steps"]).int() == 6, "41 pieces, 8 a batch")

        let reply = try server.post(
            "/generate",
            #"{"model": "speller", "inputs": "abc", "parameters": {"max_new_tokens": 12}}"#
        )
        #expect(try reply["generated_text"]?.string() == "defgh abcdef", "\(reply.text)")
        let untold = try server.post("/models", #"{"name": "untold", "preset": "generator", "dataset": "digits"}"#)
        #expect(untold.status == 422, "\(untold.text)")
    }
}
