// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// One program a folder of Sources.
let programs = [
    "Movies", "Styles", "Tickets", "FeatureExtraction", "TicketSubclass", "Sine", "SineFunctional", "TwoInputs",
    "ThreeInputs", "TwoOutputs", "BetterTwoOutputs", "CustomMetric", "Validation", "Heads", "Shapes", "CustomLoop",
    "DigitsCNN", "ResNet", "Inception", "Siamese", "Autoencoder", "Reviews", "NumberReader",
]

let package = Package(
    name: "Examples",
    dependencies: [.package(name: "Hornbill", path: "..")],
    targets: programs.map { name in
        .executableTarget(
            name: name, dependencies: ["Support", .product(name: "Hornbill", package: "Hornbill")],
            swiftSettings: strict)
    } + [
        .target(
            name: "Support", dependencies: [.product(name: "Hornbill", package: "Hornbill")], swiftSettings: strict),
        .testTarget(name: "ExamplesTests", dependencies: programs.map { .target(name: $0) }, swiftSettings: strict),
    ]
)
