import JSON
import Testing

@testable import Features

/// `Rescaling`, `Resizing` and `CenterCrop` give Keras's numbers.
struct ResizingTests {
    @Test(arguments: Reference.cases("rescaling_resizing_center_crop"))
    func `numbers are the reference's`(reference: ReferenceCase) throws {
        let layer = try reference.layer()
        var pass = FrontPass()
        let rows = try reference.rows("input").map { row in
            let type = try layer.output(for: [FrontType(row.element, row.shape)])
            let result = try layer.apply(to: [row], &pass)
            #expect(type == FrontType(result.element, result.shape))
            return result
        }
        try reference.expect(rows)
    }

    @Test func `the reference cases are there`() {
        #expect(Reference.cases("rescaling_resizing_center_crop").count == 46)
    }

    private func layer(_ name: String, _ arguments: String) throws -> any FrontLayer {
        let json = try JSONDocument(parsing: Array(arguments.utf8)).root
        return try #require(try json.read { reader in FrontLayerRegistry.layer(named: name, reading: &reader) })
    }

    @Test func `bytes are rounded half to even and stay bytes`() throws {
        let layer = try layer("Resizing", #"{"height": 1, "width": 1}"#)
        var pass = FrontPass()
        for (pixels, expected) in [([0, 1], 0), ([1, 2], 2), ([2, 3], 2), ([254, 255], 254)] as [([UInt8], UInt8)] {
            let result = try layer.apply(to: [FrontValue(.bytes(pixels), [1, 2, 1])], &pass)
            #expect(result == FrontValue(.bytes([expected]), [1, 1, 1]))
        }
        let whole = try layer.apply(to: [FrontValue(.integers([300, -5]), [1, 2, 1])], &pass)
        #expect(whole == FrontValue(.integers([148]), [1, 1, 1]))
    }

    @Test func `the cubic kernel's overshoot stays within a byte`() throws {
        let layer = try layer("Resizing", #"{"height": 1, "width": 16, "interpolation": "bicubic"}"#)
        var pass = FrontPass()
        let edge = FrontValue(.bytes([0, 0, 255, 255]), [1, 4, 1])
        let bytes = try #require(try layer.apply(to: [edge], &pass).floats)
        #expect(bytes.min() == 0 && bytes.max() == 255)
        let numbers = FrontValue(.floats([0, 0, 255, 255]), [1, 4, 1])
        let overshot = try #require(try layer.apply(to: [numbers], &pass).floats)
        #expect((overshot.min() ?? 0) < -1 && (overshot.max() ?? 0) > 256)
    }

    @Test func `by area each pixel is the mean of what it covers`() throws {
        let layer = try layer("Resizing", #"{"height": 1, "width": 2, "interpolation": "area"}"#)
        var pass = FrontPass()
        let result = try layer.apply(
            to: [FrontValue(.floats([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]), [2, 6, 1])],
            &pass
        )
        #expect(result == FrontValue(.floats([11, 27.5]), [1, 2, 1]))
        let odd = try layer.apply(to: [FrontValue(.floats([1, 2, 4]), [1, 3, 1])], &pass)
        let numbers = try #require(odd.floats)
        #expect(abs(numbers[0] - 4 / 3) < 1e-5 && abs(numbers[1] - 10 / 3) < 1e-5)
    }

    @Test func `pictures of any size come in where their extents aren't known`() throws {
        let layer = try layer("Resizing", #"{"height": 4, "width": 5}"#)
        #expect(try layer.output(for: [FrontType(.byte, [nil, nil, 3])]) == FrontType(.byte, [4, 5, 3]))
        #expect(try layer.output(for: [FrontType(.float, [nil, 7, nil])]) == FrontType(.float, [4, 5, nil]))
    }

    @Test func `what is no picture is refused in words`() throws {
        for name in ["Resizing", "CenterCrop"] {
            let layer = try layer(name, #"{"height": 4, "width": 5}"#)
            for type in [FrontType(.float, [10]), FrontType(.string, [2, 2, 3]), FrontType(.byte, [1, 2, 2, 3])] {
                let error = #expect(throws: FrontError.self) { try layer.output(for: [type]) }
                #expect(error?.description == "\(name) takes a picture, [height, width, channels], found \(type)")
            }
            var pass = FrontPass()
            let error = #expect(throws: FrontError.self) {
                try layer.apply(to: [FrontValue(.bytes([]), [0, 4, 3])], &pass)
            }
            #expect(error?.description.contains("with pixels") == true)
        }
    }

    @Test(
        arguments: [
            (#"{"height": 0, "width": 5}"#, "/height: expected an integer from 1 to 16384, found 0"),
            (#"{"height": 4, "width": 5, "interpolation": "mitchell"}"#, "\"mitchell\""),
            (#"{"height": 4, "width": 5, "data_format": "channels_first"}"#, "[height, width, channels]"),
            (#"{"height": 4, "width": 5, "crop_to_aspect_ratio": true, "pad_to_aspect_ratio": true}"#, "not both"),
        ]
    )
    func `faults of arguments are told`(arguments: String, words: String) throws {
        let error = #expect(throws: FaultyInput.self) { try layer("Resizing", arguments) }
        #expect(error?.description.contains(words) == true)
    }
}
