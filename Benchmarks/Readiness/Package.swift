// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let types: [Target.Dependency] = [
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "Logging", package: "swift-log"),
]

/// The HTTP server twice: as it is, and with its event loops on dispatch sources.
///
/// A package of its own, so that the product does not hold two event loops. What the two have in common are links to
/// the product's sources.
let package = Package(
    name: "readiness-benchmark",
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "HTTP", dependencies: ["JSON", "CLinux", "CZlib"] + types, swiftSettings: settings),
        .target(name: "HTTPOnDispatch", dependencies: ["JSON", "CLinux", "CZlib"] + types, swiftSettings: settings),
        .executableTarget(name: "hello-epoll", dependencies: ["HTTP"] + types, swiftSettings: settings),
        .executableTarget(
            name: "hello-dispatch",
            dependencies: ["HTTPOnDispatch"] + types,
            swiftSettings: settings + [.define("DISPATCH")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
