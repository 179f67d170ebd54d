import Foundation

/// How long an example trains: whole when HORNBILL_WHOLE is set (`make examples`), else just long enough to show that
/// it learns.
public func epochs(_ whole: Int, short: Int) -> Int {
    ProcessInfo.processInfo.environment["HORNBILL_WHOLE"] == nil ? short : whole
}

/// A file of Examples/Data.
public func dataFile(_ name: String, from source: String = #filePath) -> String {
    URL(fileURLWithPath: source).deletingLastPathComponent().appendingPathComponent("../../Data/\(name)")
        .standardizedFileURL.path
}

/// Ends the program with an error if what an example promises is not so.
public func check(_ condition: Bool, _ promise: String) {
    if condition { return }
    FileHandle.standardError.write(Data("not so: \(promise)\n".utf8))
    exit(1)
}
