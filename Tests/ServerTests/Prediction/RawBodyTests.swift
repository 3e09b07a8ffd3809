import Foundation
import JSON
import Testing

/// Predictions asked for by other bodies than JSON: arrays, tables, forms and bare files.
@Suite(.sharedServer) struct RawBodyTests {
    private static let array = "application/x-npy"

    /// A model of two numbers, and what it says to [1, 2] and [3, 4].
    private func line(_ name: String) throws -> (server: TestServer, answers: [String]) {
        let server = try TestServer.shared()
        try server.define(#"{"name": "\#(name)", "input_shape": [2], "layers": [{"type": "Dense", "units": 3}]}"#)
        let reply = try server.post("/predict", #"{"model": "\#(name)", "instances": [[1, 2], [3, 4]]}"#)
        return (server, try #require(reply["predictions"]).elements.map(\.source))
    }

    private static let raw = """
        {"name": "%", "layers": [
          {"type": "InputLayer", "name": "age", "shape": [], "dtype": "float32"},
          {"type": "InputLayer", "name": "sex", "shape": [], "dtype": "string"},
          {"type": "StringLookup", "name": "looked", "inputs": ["sex"], "vocabulary": ["f", "m"], "output_mode": "one_hot"},
          {"type": "Imputation", "name": "filled", "inputs": ["age"], "strategy": "constant", "fill_value": 40},
          {"type": "Concatenate", "inputs": ["filled", "looked"]},
          {"type": "Dense", "units": 2, "activation": "softmax"}]}
        """

    @Test func `an array is answered as JSON, or in kind`() throws {
        let (server, answers) = try line("arrays")
        let body = NPYFile.floats([2, 2], [1, 2, 3, 4])
        let json = try server.send("POST", "/predict?model=arrays", body, contentType: Self.array)
        #expect(json.status == 200, "\(json.text)")
        #expect(try #require(json["predictions"]).elements.map(\.source) == answers)

        let folder = try TemporaryFolder()
        let file = try folder.write(body, to: "x.npy")
        let arguments = ["--data-binary", "@\(file)", "--header", "Content-Type: \(Self.array)"]
        let kind = try server.curl(
            "POST",
            "/predict?model=arrays",
            arguments + ["--header", "Accept: \(Self.array), application/json;q=0.5"]
        )
        #expect(kind.status == 200)
        #expect(kind.fields["content-type"] == Self.array)
        let (header, numbers) = NPYFile.parts(of: kind.body)
        #expect(header.contains("'descr': '<f4'") && header.contains("'shape': (2, 3)"), "\(header)")
        let wanted = try #require(json["predictions"]).elements.flatMap { row in
            try row.elements.map { try Float($0.double()) }
        }
        #expect(numbers == wanted)
        // Any type will do for a client that says nothing better, and it gets JSON.
        let any = try server.curl("POST", "/predict?model=arrays", arguments + ["--header", "Accept: */*"])
        #expect(any.fields["content-type"] == "application/json")
        // What curl sends without being told a type is known by its first bytes.
        let untold = try server.curl("POST", "/predict?model=arrays", ["--data-binary", "@\(file)"])
        #expect(untold.body == json.body, "\(untold.text)")
    }

    @Test func `integers, one instance alone, and arrays that do not fit`() throws {
        let (server, answers) = try line("kinds")
        func ask(_ body: [UInt8]) throws -> Reply {
            try server.send("POST", "/predict?model=kinds", body, contentType: Self.array)
        }
        let bytes = try ask(NPYFile.bytes("|u1", [2, 2], [1, 2, 3, 4]))
        #expect(try #require(bytes["predictions"]).elements.map(\.source) == answers, "\(bytes.text)")
        let alone = try ask(NPYFile.bytes(">i2", [2], [0, 3, 0, 4]))
        #expect(try #require(alone["predictions"]).elements.map(\.source) == [answers[1]], "\(alone.text)")
        let misfit = try ask(NPYFile.floats([2, 3], [1, 2, 3, 4, 5, 6]))
        #expect(misfit.status == 422)
        #expect(misfit.text.contains("[rows, 2]") && misfit.text.contains("[2, 3]"), "\(misfit.text)")
        let hole = try ask(NPYFile.floats([2, 2], [1, 2, .nan, 4]))
        #expect(hole.status == 422)
        #expect(hole.text.contains("row 1: a value is missing"), "\(hole.text)")
        let short = try ask(Array(NPYFile.floats([2, 2], [1, 2, 3, 4]).dropLast(3)))
        #expect(short.status == 422)
        #expect(short.text.contains("cut short"), "\(short.text)")
        #expect(try ask(NPYFile.floats([0, 2], [])).status == 422)
        #expect(try ask(Array("1,2".utf8)).status == 422)
    }

    @Test func `several outputs are no one array`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "twofold", "layers": [{"type": "InputLayer", "name": "p", "shape": [2]},
             {"type": "InputLayer", "name": "s", "shape": [1]}, {"type": "Concatenate", "name": "both", "inputs": ["p", "s"]},
             {"type": "Dense", "name": "a", "units": 2}, {"type": "Dense", "name": "b", "units": 1, "inputs": ["both"]}],
             "outputs": ["a", "b"]}
            """
        )
        let body = #"{"model": "twofold", "instances": [{"p": [1, 2], "s": [3]}, {"p": [4, 5], "s": [6]}]}"#
        let refused = try server.post("/predict", body, ["--header", "Accept: \(Self.array)"])
        #expect(refused.status == 406)
        #expect(refused.text.contains("2 outputs") && refused.text.contains("application/json"), "\(refused.text)")
        let either = try server.post("/predict", body, ["--header", "Accept: \(Self.array), application/json;q=0.1"])
        #expect(either.status == 200)

        // A form has a part for each input: arrays with a row an instance, or JSON.
        let folder = try TemporaryFolder()
        let p = try folder.write(NPYFile.floats([2, 2], [1, 2, 4, 5]), to: "p.npy")
        let s = try folder.write(NPYFile.floats([2, 1], [3, 6]), to: "s.npy")
        let form = try server.curl("POST", "/predict?model=twofold", ["--form", "p=@\(p)", "--form", "s=@\(s)"])
        #expect(form["predictions"]?.source == either["predictions"]?.source, "\(form.text)")
        let one = try server.curl("POST", "/predict?model=twofold", ["--form", "p=[4, 5]", "--form", "s=6"])
        #expect(one["predictions", "0"]?.source == either["predictions", "1"]?.source, "\(one.text)")
        let uneven = try server.curl("POST", "/predict?model=twofold", ["--form", "p=@\(p)", "--form", "s=6"])
        #expect(uneven.status == 422)
        #expect(uneven.text.contains("2 rows"), "\(uneven.text)")
        let other = try server.curl("POST", "/predict?model=twofold", ["--form", "p=[4, 5]", "--form", "q=6"])
        #expect(other.status == 422)
        #expect(other.text.contains(#"part \"q\": unknown input"#), "\(other.text)")
    }

    @Test func `a table tells record and column of what it can't take`() throws {
        let server = try TestServer.shared()
        try server.define(Self.raw.replacing("%", with: "tables"))
        func ask(_ text: String, _ type: String = "text/csv") throws -> Reply {
            try server.send("POST", "/predict?model=tables", text: text, contentType: type)
        }
        let right = try ask("sex,age\nf,30.5\nm,20\n")
        #expect(right.status == 200, "\(right.text)")
        // Without names the cells stand in the order of the inputs; words where numbers belong are names.
        #expect(try ask("30.5,f\n20,m\n")["predictions"]?.source == right["predictions"]?.source)
        #expect(try ask("sex;age\nf;30,5\nm;20\n")["predictions"]?.source == right["predictions"]?.source)
        #expect(try ask("sex\tage\nf\t30.5\nm\t20\n")["predictions"]?.source == right["predictions"]?.source)

        let word = try ask("age,sex\n30,f\nold,m\n")
        #expect(word.status == 422)
        #expect(word.text.contains(#"record 2, column \"age\": expected a number"#), "\(word.text)")
        let ragged = try ask("age,sex\n30,f\n20\n")
        #expect(ragged.status == 422)
        #expect(ragged.text.contains("record 2: expected 2 cells, as in the header, found 1"), "\(ragged.text)")
        let wide = try ask("30,f\n20,m,1\n")
        #expect(wide.text.contains("record 2: expected 2 cells, one for each input, found 3"), "\(wide.text)")
        for empty in ["", "\n", "age,sex\n"] {
            let reply = try ask(empty)
            #expect(reply.status == 422)
            #expect(reply.text.contains("no record"), "\(reply.text)")
        }
        let strange = try ask("years,gender\n30,f\n")
        #expect(strange.status == 422)
        #expect(strange.text.contains(#"expected \"age\", \"sex\""#), "\(strange.text)")
        let holes = try ask("age,sex\n,f\n20,x\n")
        let notes = try #require(holes["notes"]).array().map { try $0.string() }
        #expect(notes.contains { $0.hasPrefix("instance 0:") && $0.contains("missing") }, "\(notes)")
        #expect(notes.contains { $0.hasPrefix("instance 1:") && $0.contains(#""x""#) }, "\(notes)")
        // What a spreadsheet or pandas leaves behind is missing, as in an upload; words keep what might be one.
        let none = try ask("age,sex\n,f\n")
        for mark in ["#N/A", "<NA>", "None", "NA"] {
            #expect(try ask("age,sex\n\(mark),f\n")["predictions"]?.source == none["predictions"]?.source, "\(mark)")
        }
        let fewer = try ask("age\n30\n")
        #expect(fewer.status == 200)
        #expect(fewer.text.contains(#"there is no column \"sex\""#), "\(fewer.text)")
    }

    @Test func `a row in the query, and bodies of no known type`() throws {
        let server = try TestServer.shared()
        try server.define(Self.raw.replacing("%", with: "asked"))
        let row = try server.get("/predict?model=asked&input=%7B%22age%22:30,%22sex%22:%22f%22%7D&top=1")
        #expect(row.status == 200, "\(row.text)")
        #expect(try #require(row["top", "0"]).count == 1)
        let unknown = try server.post(
            "/predict",
            #"{"model": "asked", "instances": [{"age": 30, "sx": "f"}, {"age": "old", "sex": "f"}]}"#
        )
        #expect(unknown.status == 422)
        #expect(unknown.faults.contains { $0.hasPrefix("/instances/0/sx unknown input") && $0.contains(#""sex""#) })
        #expect(unknown.faults.contains { $0.hasPrefix("/instances/1/age expected a number") })
        let kind = try server.send("POST", "/predict?model=asked", text: "<x/>", contentType: "application/xml")
        #expect(kind.status == 415)
        #expect(kind.text.contains("text/csv") && kind.fields["accept"]?.contains("application/x-npy") == true)
        let nameless = try server.send("POST", "/predict", text: "1,f", contentType: "text/csv")
        #expect(nameless.status == 422)
        #expect(nameless.text.contains("model"))
    }

    @Test func `texts one a line keep the first one`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "words", "layers": [{"type": "InputLayer", "name": "t", "shape": [], "dtype": "string"},
             {"type": "TextVectorization", "vocabulary": ["a", "b"], "output_sequence_length": 3},
             {"type": "Embedding", "input_dim": 4, "output_dim": 2}, {"type": "Flatten"}, {"type": "Dense", "units": 1}]}
            """
        )
        let json = try server.post("/predict", #"{"model": "words", "instances": ["a b", "b"]}"#)
        for table in ["a b\nb\n", "t\na b\nb\n"] {
            let csv = try server.send("POST", "/predict?model=words", text: table, contentType: "text/csv")
            #expect(csv["predictions"]?.source == json["predictions"]?.source, "\(csv.text)")
        }
        let bare = try server.send("POST", "/predict?model=words", text: "b", contentType: "text/plain")
        #expect(bare["predictions", "0"]?.source == json["predictions", "1"]?.source)
        let form = try server.curl("POST", "/predict?model=words", ["--form", "whatever=a b"])
        #expect(form["predictions", "0"]?.source == json["predictions", "0"]?.source, "\(form.text)")
        let cut = try server.send("POST", "/predict?model=words", text: "a b a b", contentType: "text/plain")
        #expect(cut["notes"]?.source.contains("cut a text of 4 tokens") == true, "\(cut.text)")
    }
}
