import JSON

extension Preset {
    /// LeNet-5 as it is taught: 61,706 weights for 28 × 28 × 1 and 10 classes.
    ///
    /// Source: LeCun et al. 1998, "Gradient-based learning applied to document recognition".
    static let lenet5 = Preset(
        name: "lenet5",
        input: "[height, width, channels]",
        rank: 3,
        standardClasses: 10,
        standardUnits: nil
    ) { list, options in
        for (filters, padding) in [(6, "same"), (16, "valid")] {
            list.add("Conv2D") { json in
                json.field("filters", filters)
                json.field("kernel_size", 5)
                json.field("padding", padding)
                json.field("activation", "tanh")
            }
            list.add("AveragePooling2D") { json in json.field("pool_size", 2) }
        }
        list.add("Flatten")
        list.addDense(120, activation: "tanh")
        list.addDense(84, activation: "tanh")
        list.addDense(options.classes, activation: "softmax")
    }

    /// VGG-11: 132,863,336 weights for 224 × 224 × 3 and 1000 classes.
    static let vgg11 = vgg("vgg11", blocks: [[64], [128], [256, 256], [512, 512], [512, 512]])

    /// VGG-16: 138,357,544 weights for 224 × 224 × 3 and 1000 classes.
    static let vgg16 = vgg(
        "vgg16",
        blocks: [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
    )

    /// Blocks of 3 × 3 convolutions, each followed by a pooling, and three dense layers.
    ///
    /// Source: Simonyan and Zisserman 2015, arXiv:1409.1556.
    private static func vgg(_ name: String, blocks: [[Int]]) -> Preset {
        Preset(
            name: name,
            input: "[height, width, channels]",
            rank: 3,
            standardClasses: 1000,
            standardUnits: nil
        ) { list, options in
            for block in blocks {
                for filters in block {
                    list.add("Conv2D") { json in
                        json.field("filters", filters)
                        json.field("kernel_size", 3)
                        json.field("padding", "same")
                        json.field("activation", "relu")
                        json.field("kernel_initializer", "he_normal")
                    }
                }
                // Odd extents keep their last row, so that small images reach the end.
                list.add("MaxPooling2D") { json in json.field("padding", "same") }
            }
            list.add("Flatten")
            for _ in 0..<2 {
                list.addDense(4096, activation: "relu")
                list.add("Dropout") { json in json.field("rate", 0.5) }
            }
            list.addDense(options.classes, activation: "softmax")
        }
    }
}
