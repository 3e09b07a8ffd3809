// swift-tools-version: 6.2
import PackageDescription

/// A package of its own, so that the product does not depend on SwiftNIO.
let package = Package(
    name: "http-benchmark",
    dependencies: [
        .package(name: "trainyard", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "hello-trainyard",
            dependencies: [
                .product(name: "HTTP", package: "trainyard"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "hello-hummingbird",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
