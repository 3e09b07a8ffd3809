import JSON
import Testing

/// A version knows the words of its classes.
struct ClassWordsTests {
    private func table(_ words: [String]) -> [UInt8] {
        Array(("a,y\n" + (0..<20).map { "\($0 % 2),\(words[$0 % words.count])\n" }.joined()).utf8)
    }

    @Test func `going on from a version keeps its classes' words, and others are refused with both lists`() throws {
        try withServer { server in
            for (name, words) in [
                ("first", ["cat", "dog"]), ("turned", ["dog", "cat"]), ("other", ["apple", "zebra"]),
            ] {
                let put = try server.put("/datasets/\(name)?test_split=0", table(words), contentType: "text/csv")
                #expect(put.status == 201)
            }
            try server.define(
                #"{"name":"m","input_shape":[1],"layers":[{"type":"Dense","units":2,"activation":"softmax"}]}"#
            )
            let loss = #""loss":"sparse_categorical_crossentropy""#
            _ = try server.trained(#"{"model":"m","dataset":"first",\#(loss)}"#)

            let refused = try server.post("/train", #"{"model":"m","dataset":"other","initial_version":1,\#(loss)}"#)
            #expect(refused.status == 422)
            for word in ["cat", "dog", "apple", "zebra"] { #expect(refused.text.contains(word)) }
            #expect(try refused["errors", "0", "pointer"]?.string() == "/initial_version")

            #expect(
                try server.trained(#"{"model":"m","dataset":"turned","initial_version":1,\#(loss)}"#)["version"]?.int()
                    == 2
            )
            // Data by number means the version's classes, whose words stay.
            let data = #""data":{"x":[[0],[1]],"y":[0,1]}"#
            _ = try server.trained(#"{"model":"m",\#(data),"initial_version":2,\#(loss)}"#)
            let answer = try server.post("/predict", #"{"model":"m","instances":[[0]]}"#)
            #expect(["cat", "dog"].contains(try answer["labels", "0"]?.string()))
            #expect(
                try server.post("/train", #"{"model":"m","dataset":"other","initial_version":0,\#(loss)}"#).status
                    == 202
            )
        }
    }

    @Test func `logits have their classes' words`() throws {
        try withServer { server in
            let put = try server.put("/datasets/d?test_split=0", table(["no", "yes"]), contentType: "text/csv")
            #expect(put.status == 201)
            for (name, units, loss) in [
                ("two", 2, "sparse_categorical_crossentropy"), ("one", 1, "binary_crossentropy"),
            ] {
                try server.define(
                    #"{"name":"\#(name)","input_shape":[1],"layers":[{"type":"Dense","units":\#(units)}]}"#
                )
                _ = try server.trained(
                    #"{"model":"\#(name)","dataset":"d","epochs":100,"loss":{"type":"\#(loss)","from_logits":true},"optimizer":{"type":"Adam","learning_rate":0.3}}"#
                )
                let answer = try server.post("/predict", #"{"model":"\#(name)","instances":[[0],[1]]}"#)
                #expect(try answer["labels"]?.elements.map { try $0.string() } == ["no", "yes"])
            }
        }
    }

    @Test func `truth values of JSON are two classes`() throws {
        try withServer { server in
            try server.define(
                #"{"name":"m","input_shape":[1],"layers":[{"type":"Dense","units":1,"activation":"sigmoid"}]}"#
            )
            _ = try server.trained(
                #"{"model":"m","data":{"x":[[true],[false]],"y":[true,false]},"loss":"binary_crossentropy"}"#
            )
            let answer = try server.post("/predict", #"{"model":"m","instances":[[true]]}"#)
            #expect(["true", "false"].contains(try answer["labels", "0"]?.string()))
        }
    }
}
