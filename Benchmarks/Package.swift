// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
let hornbill: [Target.Dependency] = [.product(name: "Hornbill", package: "Hornbill")]

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "Hornbill", path: "..")],
    targets: [
        .target(name: "Timing", dependencies: hornbill, swiftSettings: strict),
        .executableTarget(name: "TrainingSteps", dependencies: hornbill + ["Timing"], swiftSettings: strict),
        .executableTarget(name: "Scaling", dependencies: hornbill + ["Timing"], swiftSettings: strict),
        .executableTarget(name: "LayerTimings", dependencies: hornbill, swiftSettings: strict),
        .executableTarget(name: "Loading", dependencies: hornbill, swiftSettings: strict),
        .executableTarget(name: "CSV", dependencies: hornbill, swiftSettings: strict),
    ]
)
