// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
    name: "Hornbill",
    products: [
        .library(name: "Hornbill", targets: ["Hornbill"]),
        .library(name: "HornbillEngine", targets: ["HornbillEngine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0")
    ],
    targets: [
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev", "zlib1g-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
        .target(
            name: "HornbillEngine",
            dependencies: ["COneDNN", "CKernels", "CZip", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .target(name: "Hornbill", dependencies: ["HornbillEngine", "CPNG", "CTurboJPEG"], swiftSettings: strict),
        .testTarget(name: "HornbillEngineTests", dependencies: ["HornbillEngine"], swiftSettings: strict),
        .testTarget(name: "HornbillTests", dependencies: ["Hornbill"], swiftSettings: strict),
    ]
)

// The readers of bytes for libFuzzer (Scripts/fuzz.sh). A library, since libFuzzer has a main of its own.
if Context.environment["HORNBILL_FUZZ"] != nil {
    package.products.append(.library(name: "HornbillFuzz", type: .dynamic, targets: ["HornbillFuzz"]))
    package.targets.append(
        .target(name: "HornbillFuzz", dependencies: ["Hornbill"], path: "Tests/Fuzz", swiftSettings: strict))
}
