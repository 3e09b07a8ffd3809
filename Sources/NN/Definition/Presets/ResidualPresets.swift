import JSON

/// Residual networks, after He et al. 2016, arXiv:1512.03385: convolutions without bias, each batch-normalized.
extension Preset {
    /// ResNet-18: 11,689,512 trained weights for 224 × 224 × 3 and 1000 classes.
    static let resnet18 = resnet("resnet18", blocks: [2, 2, 2, 2], bottleneck: false)

    /// ResNet-50: 25,557,032 trained weights for 224 × 224 × 3 and 1000 classes.
    static let resnet50 = resnet("resnet50", blocks: [3, 4, 6, 3], bottleneck: true)

    /// ResNet-20 for small images: 272,474 trained weights for 32 × 32 × 3 and 10 classes, with projected shortcuts.
    static let resnet20 = Preset(
        name: "resnet20",
        input: "[height, width, channels]",
        rank: 3,
        standardClasses: 10,
        standardUnits: nil
    ) { list, options in
        list.addNormalizedConvolution(16, kernel: 3, name: "stem")
        list.addActivation("relu", name: "stem_relu")
        var builder = ResidualBuilder(last: "stem_relu", channels: 16)
        for (stage, filters) in [16, 32, 64].enumerated() {
            for block in 0..<3 {
                let strides = stage > 0 && block == 0 ? 2 : 1
                builder.addBlock(
                    to: &list,
                    name: "stage\(stage + 1)_block\(block + 1)",
                    kernels: [(filters, 3, strides), (filters, 3, 1)],
                    strides: strides
                )
            }
        }
        list.add("GlobalAveragePooling2D")
        list.addDense(options.classes, activation: "softmax")
    }

    private static func resnet(_ name: String, blocks: [Int], bottleneck: Bool) -> Preset {
        Preset(
            name: name,
            input: "[height, width, channels]",
            rank: 3,
            standardClasses: 1000,
            standardUnits: nil
        ) { list, options in
            list.addNormalizedConvolution(64, kernel: 7, strides: 2, name: "stem")
            list.addActivation("relu", name: "stem_relu")
            list.add("MaxPooling2D") { json in
                json.field("pool_size", 3)
                json.field("strides", 2)
                json.field("padding", "same")
                json.field("name", "stem_pool")
            }
            var builder = ResidualBuilder(last: "stem_pool", channels: 64)
            for (stage, count) in blocks.enumerated() {
                let width = 64 << stage
                for block in 0..<count {
                    let strides = stage > 0 && block == 0 ? 2 : 1
                    builder.addBlock(
                        to: &list,
                        name: "stage\(stage + 1)_block\(block + 1)",
                        kernels: bottleneck
                            ? [(width, 1, 1), (width, 3, strides), (4 * width, 1, 1)]
                            : [(width, 3, strides), (width, 3, 1)],
                        strides: strides
                    )
                }
            }
            list.add("GlobalAveragePooling2D")
            list.addDense(options.classes, activation: "softmax")
        }
    }
}

/// What the next block of a residual network goes on from.
private struct ResidualBuilder {
    /// The name of the layer before.
    var last: String
    /// Its channels.
    var channels: Int

    /// Adds convolutions and the sum with what went in, projected where its shape is another.
    mutating func addBlock(
        to list: inout LayerList,
        name: String,
        kernels: [(filters: Int, kernel: Int, strides: Int)],
        strides: Int
    ) {
        var shortcut = last
        let filters = kernels[kernels.count - 1].filters
        if strides != 1 || filters != channels {
            shortcut = "\(name)_shortcut_bn"
            list.addNormalizedConvolution(filters, kernel: 1, strides: strides, name: "\(name)_shortcut", input: last)
        }
        for (number, part) in kernels.enumerated() {
            list.addNormalizedConvolution(
                part.filters,
                kernel: part.kernel,
                strides: part.strides,
                name: "\(name)_conv\(number + 1)",
                input: number == 0 ? last : nil
            )
            if number + 1 < kernels.count { list.addActivation("relu", name: "\(name)_relu\(number + 1)") }
        }
        list.add("Add") { json in
            json.field("name", "\(name)_add")
            json.field("inputs", ["\(name)_conv\(kernels.count)_bn", shortcut])
        }
        list.addActivation("relu", name: name)
        (last, channels) = (name, filters)
    }
}
