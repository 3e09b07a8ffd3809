// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// What every Swift target of the house is compiled with.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The engine's loops are compiled for processors with AVX2 and FMA (x86-64-v3: since 2013 from Intel, 2015 from AMD).
///
/// With plain x86-64 the gates of a recurrent layer take four times as long. The server says so where it is started on
/// an older processor. oneDNN itself generates code for whatever processor it finds.
#if arch(x86_64)
let vectorised: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
let widelyVectorised: [SwiftSetting] = [
    .unsafeFlags(["-Xcc", "-march=x86-64-v4", "-Xcc", "-mprefer-vector-width=512"])
]
#else
let vectorised: [SwiftSetting] = []
let widelyVectorised: [SwiftSetting] = []
#endif

/// Lets tests see the layers and readers of Features, which only its registry and its entries make public, in release too.
let testable: [SwiftSetting] = [.unsafeFlags(["-enable-testing"])]

let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "trainyard",
    products: [
        .executable(name: "trainyard", targets: ["Server"]),
        .library(name: "HTTP", targets: ["HTTP"]),
        // For tests: preloaded into the program, a disk that loses what was not synchronized.
        .library(name: "PowerCut", type: .dynamic, targets: ["PowerCut"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CDNNL", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CGcrypt", providers: [.apt(["libgcrypt20-dev"])]),
        .systemLibrary(name: "CTurboJPEG", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CWebP", providers: [.apt(["libwebp-dev"])]),
        // C, since libpng tells of errors by longjmp; from Debian's libpng-dev.
        .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
        // C, since libhdf5's constants are macros; linked statically, since Debian's shared one brings curl. From libhdf5-dev.
        .target(
            name: "CHDF5",
            linkerSettings: [
                .linkedLibrary(":libhdf5_serial.a"), .linkedLibrary(":libsz.a"), .linkedLibrary(":libaec.a"),
                .linkedLibrary("z"), .linkedLibrary("m"), .linkedLibrary("dl"),
            ]
        ),
        // How the process that takes strangers' files apart is started and confined.
        .target(name: "CSandbox"),
        // A process that speaks to the other ranks of a training; C, since it calls a library by pointers.
        .target(name: "CRanks", cSettings: [.headerSearchPath("../GlooRanks/include")]),
        // Products in bfloat16; C, since Swift has no name for the processor's instruction.
        .target(name: "CBFloat16"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CVector"),
        .systemLibrary(name: "CScan"),
        // The arguments and the standard streams, before anything else runs; C, since only there the loader calls it.
        .target(name: "CStart"),
        // In place of ICU's tables, which Foundation would bring into a program that is linked statically.
        .target(name: "CICU"),
        .target(name: "JSON", swiftSettings: settings),
        .target(name: "FileKinds", swiftSettings: settings),
        .target(
            name: "Features",
            dependencies: ["JSON", "FileKinds", "CZlib", "CTurboJPEG", "CPNG", "CWebP", "CScan"],
            exclude: ["Embedded/README.md"],
            swiftSettings: settings + vectorised + testable
        ),
        .target(name: "Platform", dependencies: ["CLinux"], swiftSettings: settings),
        .target(name: "HTTP", dependencies: ["JSON", "CLinux", "CZlib", httpTypes, logging], swiftSettings: settings),
        // The hottest loops, compiled twice from the same files (LoopsAVX512 is a link to Loops); NN picks at start.
        // Those of the convolutions are for AVX-512 alone: without it, oneDNN's are taken.
        // Types whose code the compiler emits for all modules to share lie apart: what shares it must run everywhere.
        .target(name: "LoopShapes", swiftSettings: settings + vectorised),
        .target(
            name: "Loops",
            dependencies: ["LoopShapes"],
            exclude: ["Convolution"],
            swiftSettings: settings + vectorised
        ),
        .target(name: "LoopsAVX512", dependencies: ["LoopShapes"], swiftSettings: settings + widelyVectorised),
        .target(
            name: "NN",
            dependencies: [
                "JSON", "FileKinds", "CDNNL", "CVector", "CBFloat16", "LoopShapes", "Loops", "LoopsAVX512",
            ],
            swiftSettings: settings + vectorised
        ),
        // Files of other frameworks, to definitions and weights and back.
        .target(
            name: "Interchange",
            dependencies: ["JSON", "FileKinds", "Features", "NN", "CZlib", "CHDF5", "CSandbox"],
            swiftSettings: settings
        ),
        // libpq's functions by pointers: the library is loaded when a PostgreSQL is named. Its header is from libpq-dev.
        .target(name: "CPQ"),
        // Connections, statements, rows and errors of databases, the same for every engine; SQLite through GRDB, PostgreSQL
        // through libpq.
        .target(
            name: "SQL",
            dependencies: [
                "CPQ",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .target(name: "ModelStore", dependencies: ["JSON", "SQL", "CZlib", "CGcrypt"], swiftSettings: settings),
        // The command line as a client: speaks HTTP to a server, knows nothing of how one works.
        .target(
            name: "Client",
            dependencies: ["JSON", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        // The page for people with a browser; what is in Files becomes part of the program, compressed when it is built.
        .target(name: "Page", exclude: ["Files"], swiftSettings: settings, plugins: ["EmbedFiles"]),
        .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),
        .executableTarget(name: "embed-files", dependencies: ["CZlib"], swiftSettings: settings),
        .executableTarget(
            name: "Server",
            dependencies: [
                "JSON", "FileKinds", "HTTP", "NN", "Interchange", "ModelStore", "Features", "Platform", "Client",
                "Page",
                "CStart", "CICU", "CPNG", "CDNNL", "CRanks", "CSandbox",
                httpTypes, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "engine-benchmark",
            dependencies: ["JSON", "NN"],
            path: "Benchmarks/Engine",
            swiftSettings: settings
        ),
        .testTarget(name: "FileKindsTests", dependencies: ["FileKinds"], swiftSettings: settings),
        .testTarget(
            name: "FeaturesTests",
            dependencies: ["Features", "JSON", "CZlib"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "NN", "JSON"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
        .testTarget(name: "PlatformTests", dependencies: ["Platform", "CLinux"], swiftSettings: settings),
        .testTarget(
            name: "HTTPTests",
            dependencies: ["HTTP", "JSON", httpTypes, logging],
            swiftSettings: settings
        ),
        // Counts allocations in the test program; C, since it stands in for the C library's allocator.
        .target(name: "AllocationCount", path: "Tests/AllocationCount"),
        .testTarget(
            name: "NNTests",
            dependencies: ["NN", "JSON", "CZlib", "AllocationCount"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ModelStoreTests",
            dependencies: [
                "ModelStore", "SQL", "JSON", "PrivatePostgreSQL", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SQLTests",
            dependencies: ["SQL", "PrivatePostgreSQL"],
            swiftSettings: settings
        ),
        // A PostgreSQL for tests, started by a script.
        .target(
            name: "PrivatePostgreSQL",
            path: "Tests/PrivatePostgreSQL",
            exclude: ["private-postgresql"],
            swiftSettings: settings
        ),
        // C, since it stands in for functions of the C library.
        .target(name: "PowerCut", path: "Tests/PowerCut"),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "ModelStore", "SQL", "JSON", "CPNG", "PrivatePostgreSQL",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "ClientTests", dependencies: ["Server", "JSON"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// The library by which ranks on several machines speak to each other, where libgloo-dev is installed: it is loaded when a
// job with ranks runs, and all else works without it.
if FileManager.default.fileExists(atPath: "/usr/include/gloo/context.h") {
    package.products.append(.library(name: "trainyard-gloo", type: .dynamic, targets: ["GlooRanks"]))
    package.targets.append(
        .target(name: "GlooRanks", linkerSettings: [.linkedLibrary("gloo")])
    )
    package.cxxLanguageStandard = .cxx17
}

// Set by `scripts/fuzz-http` and `scripts/fuzz-readers`; without libFuzzer, which brings `main`, they would not link.
if Context.environment["TRAINYARD_FUZZ"] != nil {
    package.targets += [
        .executableTarget(
            name: "fuzz-http",
            dependencies: ["HTTP", httpTypes],
            path: "Fuzz/HTTP",
            exclude: ["corpus", "make-corpus.py"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        ),
        .executableTarget(
            name: "fuzz-readers",
            dependencies: ["Features", "Interchange", "JSON", "NN"],
            path: "Fuzz/Readers",
            exclude: ["make-seeds.py"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
}
