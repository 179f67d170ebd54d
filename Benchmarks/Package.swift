// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "Hornbill", path: "..")],
    targets: [
        .executableTarget(
            name: "TrainingSteps", dependencies: [.product(name: "Hornbill", package: "Hornbill")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
