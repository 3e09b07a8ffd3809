import JSON
import Testing

@testable import Features

/// Pictures decode to Pillow's pixels, and what is broken is refused with what is wrong.
struct PictureDecodingTests {
    static let cases = ["image_jpeg", "image_png", "image_webp"].flatMap(Reference.cases)
    static let good = cases.filter { $0.json["expected"]?["error"] == nil }
    static let broken = cases.filter { $0.json["expected"]?["error"] != nil }

    @Test func `the reference cases are there`() {
        #expect(Self.good.count == 52 && Self.broken.count == 23)
    }

    @Test(arguments: good)
    func `pixels are the reference's`(reference: ReferenceCase) throws {
        let bytes = try reference.bytes("input")
        let expected = try reference.value("expected")
        let header = try PictureHeader(reading: bytes)
        for (key, channels) in [("rgb", 3), ("grey", 1)] {
            guard let pixels = expected[key] else { continue }
            let picture = try Picture(decoding: bytes, channels: channels)
            #expect(try picture.height == expected["height"]?.int() && picture.width == expected["width"]?.int())
            #expect(header.height == picture.height && header.width == picture.width && picture.channels == channels)
            try expectClose(picture.pixels, pixels, tolerance: reference.tolerance)
        }
        if let pixels = reference.json["rgba"] {
            try expectClose(Picture(decoding: bytes, channels: 4).pixels, pixels, tolerance: reference.tolerance)
        }
        let mode = try expected["mode_in_pillow"]?.string() ?? ""
        #expect(header.channels == (["1", "L", "LA", "I;16"].contains(mode) ? 1 : 3))
        #expect(try Picture(decoding: bytes).channels == header.channels)
        if mode != "P" {
            #expect(header.hasAlpha == mode.hasSuffix("A") || reference.testDescription.contains("transparent"))
        }
    }

    private func expectClose(_ pixels: [UInt8], _ expected: JSONValue, tolerance: Double) throws {
        let numbers = try #require(expected["data"]).elements.map { try $0.double() }
        try #require(numbers.count == pixels.count)
        let worst = zip(pixels, numbers).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst <= tolerance)
    }

    @Test(arguments: broken)
    func `what is broken is refused in words`(reference: ReferenceCase) throws {
        let bytes = try reference.bytes("input")
        let error = #expect(throws: PictureError.self) { try Picture(decoding: bytes, channels: 3) }
        #expect((error?.description.count ?? 0) > 20)
    }

    /// The bytes of a case.
    private func file(_ name: String) throws -> [UInt8] {
        try #require(Self.cases.first { $0.testDescription == name }).bytes("input")
    }

    @Test func `a cut file is refused by its header, with the byte at which it ends`() throws {
        for name in ["jpeg progressive, 4:2:0", "png rgb 8", "webp lossless rgb"] {
            let bytes = try file(name)
            // What was at the end may be a byte that fills up.
            for count in stride(from: 30, to: bytes.count - 1, by: 7) {
                let error = #expect(throws: PictureError.self) { try PictureHeader(reading: Array(bytes[..<count])) }
                #expect(error?.byte == count || error?.description.contains("no pixels") == true)
                #expect(error?.description.contains("cut") == true)
            }
        }
    }

    @Test func `every scan of a progressive file is a pass over it, so they are counted`() throws {
        var bytes = try file("jpeg progressive, 4:2:0")
        let last = try #require(
            bytes.indices.last { $0 + 1 < bytes.count && bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
        )
        let scan = bytes[last..<bytes.count - 2]
        for _ in 0..<500 { bytes.insert(contentsOf: scan, at: last) }
        let error = #expect(throws: PictureError.self) { try PictureHeader(reading: bytes) }
        #expect(error?.description.contains("more than 500 scans") == true)
    }

    @Test func `a size is refused by the file's length before anything is allocated`() throws {
        var bytes = try file("jpeg rgb, no subsampling")
        let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x1F, 0x40, 0x1F, 0x40])
        let size = #expect(throws: PictureError.self) { try PictureHeader(reading: bytes) }
        #expect(size?.description.contains("8000 by 8000 pixels would be 192000000 bytes") == true)
        bytes[frame + 5] = 0x20
        let limit = #expect(throws: PictureError.self) { try PictureHeader(reading: bytes) }
        #expect(limit?.description.contains("at most 64000000") == true)
    }

    @Test(arguments: [(0xC3, "lossless"), (0xC1, "12 bits")])
    func `kinds of JPEG that aren't read are named`(marker: Int, words: String) throws {
        var bytes = try file("jpeg rgb, no subsampling")
        let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        bytes[frame + 1] = UInt8(marker)
        bytes[frame + 4] = 12
        let error = #expect(throws: PictureError.self) { try Picture(decoding: bytes) }
        #expect(error?.description.contains(words) == true)
    }

    @Test func `an XMP packet turns a picture that EXIF doesn't turn`() throws {
        let bytes = try file("jpeg with EXIF orientation 1")
        let exif = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xE1 })
        let length = Int(bytes[exif + 2]) << 8 | Int(bytes[exif + 3])
        let packet = Array("http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"6\"/>".utf8)
        var turned = bytes
        turned.replaceSubrange(exif + 4..<exif + 2 + length, with: packet)
        turned.replaceSubrange(exif + 2..<exif + 4, with: [0, UInt8(packet.count + 2)])
        let upright = try Picture(decoding: bytes, channels: 3)
        let picture = try Picture(decoding: turned, channels: 3)
        #expect(picture.height == upright.width && picture.width == upright.height)
        let corner = (upright.height - 1) * upright.width * 3
        #expect(picture.pixels.prefix(3).elementsEqual(upright.pixels[corner..<corner + 3]))
    }

    /// Pictures of 3 × 2 pixels whose EXIF data with the orientation 6 are a `tEXt` and a `zTXt` (Pillow wrote them).
    static let withRawProfiles = [
        "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d00000066744558745261772070726f66696c6520747970"
            + "652065786966000a657869660a20202020202033320a34353738363936363030303034643464303032613030303030303038303030"
            + "313031313230303033303030303030303130303036303030303030303030303030"
            + "0a0790824e0000001749444154789c63646060e01261e512616594b3e187b000084300f81fa451410000000049454e44ae426082",
        "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d000000527a5458745261772070726f66696c6520747970"
            + "6520657869660000789ce34aadc84ce352000363232e1353730b334b33330320304931493130304a3480000b20363430343402d2c6"
            + "50314320363340025c009b2e0fe7fc4c7eff0000001749444154789c63646060e01261e512616594b3e187b000084300f81fa45141"
            + "0000000049454e44ae426082",
    ]

    @Test(arguments: withRawProfiles)
    func `EXIF data in a PNG's text turn it, unless an eXIf chunk is there`(text: String) throws {
        let digits = Array(text.utf8)
        let bytes = try stride(from: 0, to: digits.count, by: 2).map { place in
            try #require(UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16))
        }
        // What Pillow's exif_transpose gives.
        let turned: [UInt8] = [30, 60, 15, 0, 0, 0, 40, 80, 20, 10, 20, 5, 50, 100, 25, 20, 40, 10]

        let picture = try Picture(decoding: bytes, channels: 3)

        #expect(picture.width == 2 && picture.height == 3 && picture.pixels == turned)
        #expect(try PictureHeader(reading: bytes).width == 2)
        let chunk: [UInt8] = [0, 0, 0, 0] + Array("eXIf".utf8) + [0, 0, 0, 0]
        var marked = bytes
        marked.insert(contentsOf: chunk, at: 33)
        #expect(try PictureHeader(reading: marked).width == 3)
    }

    @Test func `transparency is kept where four channels are asked for`() throws {
        let picture = try Picture(decoding: file("png palette with transparency: the colour stays"), channels: 4)
        #expect(stride(from: 3, to: picture.pixels.count, by: 4).contains { picture.pixels[$0] < 255 })
        for name in ["jpeg grey", "jpeg rgb, 4:2:0", "png grey 8", "webp lossless rgb"] {
            let (colour, opaque) = (
                try Picture(decoding: file(name), channels: 3), try Picture(decoding: file(name), channels: 4)
            )
            for pixel in 0..<colour.height * colour.width {
                #expect(
                    opaque.pixels[4 * pixel..<4 * pixel + 3].elementsEqual(colour.pixels[3 * pixel..<3 * pixel + 3])
                )
                #expect(opaque.pixels[4 * pixel + 3] == 255)
            }
        }
    }

    @Test(
        arguments: [
            (Array("version https://git-lfs.github.com/spec/v1\noid".utf8), "Git LFS"),
            (Array("<!doctype html><title>404</title>".utf8), "an HTML page"),
            (Array("<svg xmlns=\"http://www.w3.org/2000/svg\">".utf8), "an SVG drawing"),
            ([0, 0, 0, 24] + Array("ftypheic\0\0\0\0".utf8), "a HEIC picture"),
            ([0, 0, 0, 24] + Array("ftypavif\0\0\0\0".utf8), "an AVIF picture"),
            ([0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8], "a TIFF picture"),
            ([0xFF, 0x0A, 0xFA], "a JPEG XL picture"),
            ([0, 0, 0, 12] + Array("jP  \r\n".utf8), "a JPEG 2000 picture"),
            ([], "the file is empty"),
            ([0x89] + Array("PNG\n\u{1A}\n\0\0\0\rIHDR".utf8), "line ends were changed"),
            ([1, 2, 3, 250], "the bytes 01 02 03 FA"),
        ] as [([UInt8], String)]
    )
    func `other files are named`(bytes: [UInt8], name: String) {
        let error = #expect(throws: PictureError.self) { try PictureHeader(reading: bytes) }
        #expect(error?.description.contains(name) == true)
    }

    @Test func `threads that decode at once don't meet`() async throws {
        let bytes = try file("jpeg progressive, 4:2:0")
        let broken = try file("jpeg without a picture")
        let expected = try Picture(decoding: bytes, channels: 3)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    let refused = (try? Picture(decoding: broken)) == nil
                    return refused && (try? Picture(decoding: bytes, channels: 3)) == expected
                }
            }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    @Test func `a file without its tables doesn't get those of the picture before`() throws {
        // As films store their frames: the standard tables are left out.
        let bytes = try file("jpeg rgb, 4:2:0")
        var bare = bytes
        while let table = bare.indices.first(where: { $0 + 3 < bare.count && bare[$0] == 0xFF && bare[$0 + 1] == 0xC4 })
        {
            bare.removeSubrange(table..<table + 2 + Int(bare[table + 2]) * 256 + Int(bare[table + 3]))
        }
        #expect(bare.count < bytes.count)
        _ = try Picture(decoding: file("jpeg grey, progressive, optimized"))
        #expect(try Picture(decoding: bare) == Picture(decoding: bytes))
    }

    @Test func `a broken file doesn't harm the next one on its thread`() throws {
        let bytes = try file("jpeg rgb, 4:2:0")
        let expected = try Picture(decoding: bytes)
        let table = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC4 })
        var broken = bytes
        for place in table + 5..<table + 21 { broken[place] = 255 }
        let error = #expect(throws: PictureError.self) { try Picture(decoding: broken) }
        #expect(error?.description.contains("Huffman") == true)
        #expect(try Picture(decoding: bytes) == expected)
    }
}
