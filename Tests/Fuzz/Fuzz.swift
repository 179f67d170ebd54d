// What libFuzzer calls with what it thinks up. The variable HORNBILL_FUZZ says which reader gets it. An error that is
// thrown is what should happen; a trap, a hang, or memory without bound ends the run and leaves the input in a file.

import Foundation
import Hornbill
import HornbillEngine

private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "zip": { bytes in
        guard let archive = try? ZipArchive(bytes) else { return }
        for entry in archive.entries where entry.byteCount < 1 << 20 { _ = try? archive.bytes(of: entry) }
    },
    "hdf5": { bytes in
        guard let root = try? HDF5Reader(MemoryBytes(bytes), named: "fuzz").root else { return }
        var open = [root]
        while let group = open.popLast() {
            for name in (try? group.attributes.names()) ?? [] { _ = try? group.attributes[name] }
            for name in group.names {
                switch try? group.child(name) {
                case .group(let child): open.append(child)
                case .dataset(let dataset): _ = try? dataset.tensor()
                case nil: break
                }
            }
        }
    },
    "json": { bytes in
        guard let value = try? JSON.parse(bytes) else { return }
        let text = JSON.text(value)
        guard let again = try? JSON.parse(text), JSON.text(again) == text else {
            // A trap is how libFuzzer learns of a defect, and keeps the input; nobody else runs this.
            fatalError("\(text) is read as another value")
        }
    },
    "npy": { bytes in
        _ = try? Tensor(npyData: bytes)
    },
    "safetensors": { bytes in
        guard let file = try? SafetensorsFile(data: bytes) else { return }
        for name in file.names { _ = try? file.tensor(name) }
    },
    "csv": { bytes in
        let path = "/dev/shm/hornbill-fuzz-\(getpid()).csv"
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return }
        defer { unlink(path) }
        guard let reader = try? CSVReader(path: path) else { return }
        while let row = try? reader.next() { for index in reader.header.indices { _ = row[index] } }
    },
]

private let target: @Sendable ([UInt8]) -> Void = {
    let name = ProcessInfo.processInfo.environment["HORNBILL_FUZZ"] ?? ""
    guard let target = targets[name] else {
        print("HORNBILL_FUZZ is '\(name)'; it must be one of \(targets.keys.sorted().joined(separator: ", "))")
        exit(64)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    target(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
