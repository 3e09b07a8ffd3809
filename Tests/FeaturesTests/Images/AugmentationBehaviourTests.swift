import JSON
import Testing

@testable import Features

/// What layers that change pictures at random keep to, whatever they draw.
struct AugmentationBehaviourTests {
    /// Every layer that draws, with arguments that let it do much.
    static let definitions = [
        ("AugMix", "{}"),
        ("AutoContrast", "{}"),
        ("Equalization", "{}"),
        ("RandAugment", #"{"factor": 1, "num_ops": 5}"#),
        ("RandomBrightness", #"{"factor": 1}"#),
        ("RandomColorDegeneration", #"{"factor": 1}"#),
        (
            "RandomColorJitter",
            #"{"brightness_factor": 0.5, "contrast_factor": 1, "saturation_factor": [0, 1], "hue_factor": 1}"#
        ),
        ("RandomContrast", #"{"factor": [0.9, 1]}"#),
        ("RandomElasticTransform", #"{"factor": [1, 1], "fill_mode": "mirror"}"#),
        ("RandomErasing", #"{"scale": [0.3, 1], "factor": [1, 1]}"#),
        ("RandomFlip", "{}"),
        ("RandomGaussianBlur", #"{"kernel_size": [5, 3], "factor": [1, 1]}"#),
        ("RandomGrayscale", #"{"factor": 0.5}"#),
        ("RandomHue", #"{"factor": 1}"#),
        ("RandomInvert", "{}"),
        ("RandomPerspective", #"{"factor": [1, 1]}"#),
        ("RandomPosterization", #"{"factor": [1, 8]}"#),
        ("RandomRotation", #"{"factor": 1, "fill_mode": "reflect"}"#),
        ("RandomSaturation", #"{"factor": [0, 1]}"#),
        ("RandomSharpness", #"{"factor": 1}"#),
        ("RandomShear", #"{"x_factor": 1, "y_factor": 1, "fill_mode": "wrap"}"#),
        ("RandomTranslation", #"{"height_factor": 1, "width_factor": 1, "fill_mode": "nearest"}"#),
        ("RandomZoom", #"{"height_factor": 1, "width_factor": [-1, 0.5], "fill_mode": "constant"}"#),
        ("Solarization", #"{"addition_factor": 1, "threshold_factor": 1}"#),
    ]

    private func layer(_ name: String, _ arguments: String) throws -> any FrontLayer {
        let json = try JSONDocument(parsing: Array(arguments.utf8)).root
        return try #require(try json.read { reader in FrontLayerRegistry.layer(named: name, reading: &reader) })
    }

    private func pass(_ row: Int, epoch: Int = 0, isTraining: Bool = true) -> FrontPass {
        FrontPass(isTraining: isTraining, random: RowRandom(seed: 11, epoch: epoch, row: row, layer: 0))
    }

    private func picture(_ height: Int, _ width: Int, _ channels: Int = 3) -> FrontValue {
        var random = RowRandom(seed: 5, epoch: 0, row: height, layer: width)
        let bytes = (0..<height * width * channels).map { _ in UInt8(random.integer(below: 256)) }
        return FrontValue(.bytes(bytes), [height, width, channels])
    }

    @Test func `every layer that draws is tried`() {
        let others = ["CenterCrop", "CutMix", "MixUp", "RandomCrop", "Rescaling", "Resizing"]
        let pictureLayers = FrontLayerRegistry.layers.filter { $0 is any PictureFrontLayer.Type }.map { $0.name }
        #expect(Set(Self.definitions.map(\.0)) == Set(pictureLayers).subtracting(others))
    }

    @Test(arguments: definitions)
    func `numbers stay in their range, whatever is drawn and however small the picture`(
        name: String,
        arguments: String
    ) throws {
        let layer = try layer(name, arguments)
        for (row, size) in [(9, 13), (13, 9), (1, 1), (1, 8), (8, 1), (2, 2)].enumerated() {
            let input = picture(size.0, size.1)
            for epoch in 0..<20 {
                var pass = pass(row, epoch: epoch)
                let result = try layer.apply(to: [input], &pass)
                #expect(result.shape == input.shape && result.element == .float)
                let numbers = try #require(result.floats)
                #expect(numbers.count == size.0 * size.1 * 3)
                #expect(numbers.allSatisfy { $0 >= -0.001 && $0 <= 255.001 })
            }
        }
    }

    @Test(arguments: definitions)
    func `holes and infinities in a picture stop nothing`(name: String, arguments: String) throws {
        let layer = try layer(name, arguments)
        for number in [Float.nan, .infinity, -.infinity, 1e30, -1e30] {
            var numbers = [Float](repeating: 100, count: 5 * 4 * 3)
            for place in stride(from: 0, to: numbers.count, by: 7) { numbers[place] = number }
            for row in 0..<10 {
                var pass = pass(row)
                let result = try layer.apply(to: [FrontValue(.floats(numbers), [5, 4, 3])], &pass)
                #expect(result.shape == [5, 4, 3])
            }
        }
    }

    @Test(arguments: definitions)
    func `draws depend on the row and the epoch alone`(name: String, arguments: String) throws {
        let layer = try layer(name, arguments)
        let input = picture(9, 13)
        func result(_ row: Int, _ epoch: Int) throws -> FrontValue {
            var pass = pass(row, epoch: epoch)
            return try layer.apply(to: [input], &pass)
        }
        #expect(try result(4, 2) == result(4, 2))
        guard !["AutoContrast", "Equalization"].contains(name) else { return }
        let results = try (0..<40).map { try result($0, $0 / 20) }
        #expect(results.contains { $0 != results[0] })
    }

    @Test(arguments: definitions.filter { $0.0 != "AutoContrast" })
    func `layers rest where a model isn't trained`(name: String, arguments: String) throws {
        let layer = try layer(name, arguments)
        let input = picture(5, 4)
        var pass = pass(0, isTraining: false)
        let result = try layer.apply(to: [input], &pass)
        #expect(result == FrontValue(.floats(try #require(input.floats)), input.shape))
    }

    @Test func `a picture is flipped half the time, either way for itself`() throws {
        let layer = try layer("RandomFlip", "{}")
        let input = FrontValue(.floats([1, 2, 3, 4]), [2, 2, 1])
        var counts: [[Float]: Int] = [:]
        for row in 0..<4000 {
            var pass = pass(row)
            counts[try #require(try layer.apply(to: [input], &pass).floats), default: 0] += 1
        }
        #expect(Set(counts.keys) == [[1, 2, 3, 4], [2, 1, 4, 3], [3, 4, 1, 2], [4, 3, 2, 1]])
        #expect(counts.values.allSatisfy { (850...1150).contains($0) })
    }

    @Test func `a random crop is a part of the picture, from anywhere in it`() throws {
        let layer = try layer("RandomCrop", #"{"height": 2, "width": 3}"#)
        let input = FrontValue(.floats((0..<20).map { Float($0) }), [4, 5, 1])
        var places: Set<Float> = []
        for row in 0..<400 {
            var pass = pass(row)
            let numbers = try #require(try layer.apply(to: [input], &pass).floats)
            let first = numbers[0]
            #expect(numbers == [first, first + 1, first + 2, first + 5, first + 6, first + 7])
            places.insert(first)
        }
        #expect(places == [0, 1, 2, 5, 6, 7, 10, 11, 12])
    }

    @Test func `at rest and of small pictures a random crop is the middle, resized`() throws {
        let crop = try layer("RandomCrop", #"{"height": 2, "width": 2}"#)
        let resizing = try layer("Resizing", #"{"height": 2, "width": 2, "crop_to_aspect_ratio": true}"#)
        for (input, isTraining) in [(picture(6, 9), false), (picture(1, 5), true), (picture(5, 2), true)] {
            var pass = pass(1, isTraining: isTraining)
            let floats = FrontValue(.floats(try #require(input.floats)), input.shape)
            #expect(try crop.apply(to: [input], &pass) == resizing.apply(to: [floats], &pass))
        }
    }

    @Test func `a flat picture stays flat however its pixels are moved`() throws {
        let flat = FrontValue(.floats(Array(repeating: 100, count: 11 * 7 * 3)), [11, 7, 3])
        for name in ["RandomElasticTransform", "RandomRotation", "RandomShear", "RandomTranslation", "RandomZoom"] {
            let arguments = try #require(Self.definitions.first { $0.0 == name }).1
            let layer = try layer(name, arguments.replacing("constant", with: "reflect"))
            for row in 0..<20 {
                var pass = pass(row)
                let numbers = try #require(try layer.apply(to: [flat], &pass).floats)
                #expect(numbers.allSatisfy { abs($0 - 100) < 0.01 }, "\(name)")
            }
        }
    }

    @Test func `layers of colour refuse pictures without it before a row comes`() throws {
        for name in ["RandomHue", "RandomSaturation"] {
            let layer = try layer(name, #"{"factor": 0.5}"#)
            let error = #expect(throws: FrontError.self) { try layer.output(for: [FrontType(.byte, [nil, nil, 1])]) }
            #expect(error?.description == "\(name) takes pictures of 3 channels, found 1")
            var pass = pass(0)
            #expect(throws: FrontError.self) { try layer.apply(to: [picture(2, 2, 4)], &pass) }
        }
        let grey = try layer("RandomGrayscale", "{}")
        #expect(try grey.output(for: [FrontType(.byte, [8, 8, 1])]) == FrontType(.float, [8, 8, 1]))
    }

    @Test(
        arguments: [
            ("RandomRotation", #"{"factor": 1.5}"#, "/factor: expected a number from -1 to 1"),
            ("RandomRotation", #"{"factor": [0.1, 0.2, 0.3]}"#, "/factor: expected an array of 2"),
            ("RandomRotation", "{}", "/factor: missing"),
            ("RandomRotation", #"{"factor": 0.1, "fill_mode": "mirror"}"#, "\"mirror\""),
            ("RandomBrightness", #"{"factor": 0.1, "value_range": [1, 1]}"#, "two numbers that differ"),
            ("RandomGaussianBlur", #"{"kernel_size": 4}"#, "expected odd numbers"),
            ("RandomPosterization", #"{"factor": 0}"#, "a number from 1 to 8"),
            ("RandomErasing", #"{"fill_value": [1, 2]}"#, "an array of 3"),
            ("RandomFlip", #"{"mode": "diagonal"}"#, "horizontal_and_vertical"),
            ("RandomFlip", #"{"modes": "vertical"}"#, "/modes"),
            ("RandomCrop", #"{"height": 2, "width": 2, "data_format": "channels_first"}"#, "channels_last"),
        ]
    )
    func `faults of arguments are told`(name: String, arguments: String, words: String) throws {
        let error = #expect(throws: FaultyInput.self) { try layer(name, arguments) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func `draws that aren't uniform have the moments they should`() {
        var random = RowRandom(seed: 1, epoch: 0, row: 0, layer: 0)
        let count = 20000
        func moments(_ draw: (inout RowRandom) -> Double) -> (mean: Double, variance: Double) {
            let draws = (0..<count).map { _ in draw(&random) }
            let mean = draws.reduce(0, +) / Double(count)
            return (mean, draws.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count))
        }
        let normal = moments(Distributions.normal)
        #expect(abs(normal.mean) < 0.03 && abs(normal.variance - 1) < 0.05)
        for shape in [0.3, 1, 4.5] {
            let gamma = moments { Distributions.gamma(shape, &$0) }
            #expect(
                abs(gamma.mean - shape) < 0.06 * max(1, shape) && abs(gamma.variance - shape) < 0.15 * max(1, shape)
            )
        }
        let beta = moments { Distributions.beta(2, &$0) }
        #expect(abs(beta.mean - 0.5) < 0.01 && abs(beta.variance - 0.05) < 0.005)
        #expect(abs(Distributions.shares(4, 1, &random).reduce(0, +) - 1) < 1e-9)
    }
}
