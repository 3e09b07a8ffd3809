import Foundation
import JSON
import Testing

/// Views as pictures and as files, against the JSON of the same request.
@Suite(.sharedServer) struct PictureTests {
    private let image = #""instance": \#(InspectedModels.image)"#

    private func prepared() throws -> TestServer {
        let server = try TestServer.shared()
        for model in [InspectedModels.picture, InspectedModels.series, InspectedModels.text] {
            try server.ensure(model)
        }
        return server
    }

    private func picture(
        _ server: TestServer,
        _ view: String,
        _ model: String,
        _ body: String,
        _ query: String
    ) throws -> DecodedPicture {
        let reply = try server.inspect(view, of: model, body, query: "format=png&\(query)")
        try #require(reply.status == 200, "\(reply.text)")
        #expect(reply.fields["content-type"] == "image/png")
        return try DecodedPicture(reply.body)
    }

    /// The grey of a number.
    private func gray(_ number: Float, _ all: [Float]) -> UInt8 {
        let (least, greatest) = (all.min() ?? 0, all.max() ?? 0)
        return UInt8(((number - least) / (greatest - least) * 255).rounded())
    }

    @Test func `feature maps are tiles in a grid, a pixel between them`() throws {
        let server = try prepared()
        let body = #"{\#(image), "layers": ["conv"]}"#
        let json = try server.inspect("activations", of: "seen-picture", body)
        let numbers = try #require(json["layers", "0", "values"]).flat()
        let found = try picture(server, "activations", "seen-picture", body, "colors=gray&scale=2")
        // Three channels of 4 × 3 in two columns.
        #expect(found.width == 2 * 3 * 2 + 1 && found.height == 2 * 4 * 2 + 1)
        for channel in 0..<3 {
            for y in 0..<4 {
                for x in 0..<3 {
                    let pixel = found.pixel(channel % 2 * 7 + 2 * x + 1, channel / 2 * 9 + 2 * y)
                    let right = gray(numbers[(y * 3 + x) * 3 + channel], numbers)
                    #expect(pixel == [right, right, right])
                }
            }
        }
    }

    @Test func `diverging colours are white at zero, and auto takes them where anything is negative`() throws {
        let server = try prepared()
        let body = #"{"layer": "conv", "tensor": "kernel"}"#
        let json = try server.inspect("kernels", of: "seen-picture", body)
        let numbers = try #require(json["tensors", "0", "values"]).flat()
        let greatest = numbers.reduce(0) { max($0, $1.magnitude) }
        let found = try picture(server, "kernels", "seen-picture", body, "scale=1")
        // A tile of 3 × 3 for each of two inputs, down, and three filters, to the right.
        #expect(found.width == 3 * 3 + 2 && found.height == 2 * 3 + 1)
        for input in 0..<2 {
            for filter in 0..<3 {
                for place in 0..<9 {
                    let number = numbers[(place * 2 + input) * 3 + filter]
                    let pixel = found.pixel(filter * 4 + place % 3, input * 4 + place / 3)
                    let share = number.magnitude / greatest
                    let end: [Float] = number < 0 ? [33, 102, 172] : [230, 97, 1]
                    #expect(pixel == end.map { UInt8((255 + share * ($0 - 255)).rounded()) })
                }
            }
        }
    }

    @Test func `gates lie under each other, time to the right`() throws {
        let server = try prepared()
        let body = #"{"instance": \#(InspectedModels.steps), "layer": "gru"}"#
        let json = try server.inspect("gates", of: "seen-series", body)
        let found = try picture(server, "gates", "seen-series", body, "colors=gray&scale=1")
        #expect(found.width == 7 && found.height == 4 * 5 + 3)
        for (panel, (group, name)) in [("gates", "z"), ("gates", "r"), ("gates", "candidate"), ("states", "h")]
            .enumerated()
        {
            let numbers = try #require(json[group, name, "values"]).flat()
            for step in 0..<7 {
                for unit in 0..<5 {
                    #expect(found.pixel(step, panel * 6 + unit)[0] == gray(numbers[step * 5 + unit], numbers))
                }
            }
        }
    }

    @Test func `a gradient by a picture is the greatest magnitude over its channels`() throws {
        let server = try prepared()
        let json = try server.inspect("gradients", of: "seen-picture", "{\(image)}")
        let numbers = try #require(json["gradients", "0", "values"]).flat()
        let maps = stride(from: 0, to: numbers.count, by: 2).map {
            max(numbers[$0].magnitude, numbers[$0 + 1].magnitude)
        }
        let found = try picture(server, "gradients", "seen-picture", "{\(image)}", "scale=1")
        #expect(found.width == 5 && found.height == 6)
        for place in 0..<30 { #expect(found.pixel(place % 5, place / 5)[0] == gray(maps[place], maps)) }
        let cam = #"{\#(image), "method": "grad_cam"}"#
        let map = try picture(server, "gradients", "seen-picture", cam, "scale=3")
        #expect(map.width == 15 && map.height == 18)
    }

    @Test func `without a scale the longer side has 256 pixels, and Accept asks for a picture too`() throws {
        let server = try prepared()
        let body = #"{"instance": [3, 1, 8, 2, 4], "layer": "plain"}"#
        let reply = try server.post(
            "/models/seen-text/inspect/attention",
            body,
            ["--header", "Accept: image/png"]
        )
        #expect(reply.fields["content-type"] == "image/png")
        let found = try DecodedPicture(reply.body)
        // Scores and weights of 5 × 5, one under the other.
        #expect(found.width == 5 * 26 && found.height == 2 * 5 * 26 + 1)
    }

    @Test func `what has no picture or no array is not acceptable, and a bad query is bad`() throws {
        let server = try prepared()
        let body = #"{\#(image), "element": [0, 0, 0]}"#
        #expect(try server.inspect("sensitivities", of: "seen-picture", body, query: "format=png").status == 406)
        #expect(try server.inspect("graph", of: "seen-picture", "{}", query: "format=png").status == 406)
        #expect(try server.inspect("graph", of: "seen-picture", "{}", query: "format=safetensors").status == 406)
        let several = try server.inspect("activations", of: "seen-picture", "{\(image)}", query: "format=png")
        #expect(several.status == 422 && several.faults.contains { $0.hasPrefix("/layers") })
        for query in ["format=gif", "colors=red", "scale=0", "scale=33", "size=3"] {
            let reply = try server.inspect("kernels", of: "seen-picture", #"{"layer": "conv"}"#, query: query)
            #expect(reply.status == 400, "\(query)")
        }
    }

    @Test func `a side has 4,096 pixels and no more`() throws {
        let server = try prepared()
        try server.ensure(
            #"{"name": "seen-side", "input_shape": [1], "layers": [{"type": "Dense", "name": "wide", "units": 256}]}"#
        )
        let body = #"{"layer": "wide", "tensor": "bias"}"#
        let fits = try picture(server, "kernels", "seen-side", body, "scale=16")
        #expect(fits.width == 4096)
        let reply = try server.inspect("kernels", of: "seen-side", body, query: "format=png&scale=17")
        #expect(reply.status == 422 && reply.text.contains("4352") && reply.text.contains("4096"), "\(reply.text)")
    }

    @Test func `a file has the arrays' very numbers`() throws {
        let server = try prepared()
        let body = #"{"instance": \#(InspectedModels.steps), "layer": "gru"}"#
        let json = try server.inspect("gates", of: "seen-series", body)
        let file = try server.inspect("gates", of: "seen-series", body, query: "format=safetensors")
        try #require(file.status == 200)
        let length = (0..<8).reduce(0) { $0 | Int(file.body[$1]) << (8 * $1) }
        let header = try JSONDocument(parsing: Array(file.body[8..<8 + length])).root
        for name in ["gates/z", "gates/r", "gates/candidate", "states/h"] {
            let entry = try #require(header[name])
            #expect(try #require(entry["shape"]).ints() == [7, 5])
            let range = try #require(entry["data_offsets"]).ints()
            let bytes = file.body[8 + length + range[0]..<8 + length + range[1]]
            let numbers = stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { place in
                Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
            }
            let parts = name.split(separator: "/").map(String.init)
            let right = try #require(json[parts[0], parts[1], "values"]).flat()
            #expect(numbers.map(\.bitPattern) == right.map(\.bitPattern), "\(name)")
        }
    }
}
