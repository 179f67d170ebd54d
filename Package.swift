// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
// What is tested is optimised, the tests are not: that would take minutes. (Packages that use Hornbill do not see it.)
let tests = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

let package = Package(
    name: "Hornbill",
    products: [
        .library(name: "Hornbill", targets: ["Hornbill"]),
        .library(name: "HornbillEngine", targets: ["HornbillEngine"]),
        .library(name: "HornbillTabular", targets: ["HornbillTabular"]),
        .executable(name: "hornbill", targets: ["HornbillCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
        .target(
            name: "HornbillEngine",
            dependencies: ["COneDNN", "CKernels", "CZlib", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .target(
            name: "Hornbill", dependencies: ["HornbillEngine", "CKernels", "CPNG", "CTurboJPEG"], swiftSettings: strict),
        .target(
            name: "HornbillTabular", dependencies: ["Hornbill", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .executableTarget(
            name: "HornbillCommand",
            dependencies: [
                "Hornbill", "HornbillTabular",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Survivor", dependencies: ["Hornbill"], path: "Tests/Survivor", swiftSettings: tests),
        .target(
            name: "HornbillTestSupport", dependencies: ["HornbillEngine"], path: "Tests/Support", swiftSettings: strict),
        .testTarget(
            name: "HornbillEngineTests", dependencies: ["HornbillEngine", "HornbillTestSupport"], swiftSettings: tests),
        .testTarget(
            name: "HornbillTests", dependencies: ["Hornbill", "HornbillTestSupport"], swiftSettings: tests),
        .testTarget(
            name: "HornbillTabularTests", dependencies: ["HornbillTabular", "HornbillTestSupport"],
            swiftSettings: tests),
    ]
)

// The readers of bytes for libFuzzer (Scripts/fuzz.sh). A library, since libFuzzer has a main of its own.
if Context.environment["HORNBILL_FUZZ"] != nil {
    package.products.append(.library(name: "HornbillFuzz", type: .dynamic, targets: ["HornbillFuzz"]))
    package.targets.append(
        .target(name: "HornbillFuzz", dependencies: ["Hornbill"], path: "Tests/Fuzz", swiftSettings: strict))
}
