import COneDNN
import Foundation

/// The team that kernels divide their work among: libgomp's, which oneDNN uses too.
package enum ThreadTeam {
    /// The cores that this process may use: what libgomp found (it heeds affinity and `OMP_NUM_THREADS`), but one a
    /// physical core, since two threads on one core share the units that these kernels keep busy.
    package static let defaultSize: Int = max(1, min(Int(omp_get_max_threads()), physicalCores ?? .max))

    /// nil where the system does not say.
    private static var physicalCores: Int? {
        let root = "/sys/devices/system/cpu"
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: root) else { return nil }
        var cores: Set<String> = []
        for entry in entries where entry.hasPrefix("cpu") && Int(entry.dropFirst(3)) != nil {
            guard
                let siblings = try? String(
                    contentsOfFile: "\(root)/\(entry)/topology/thread_siblings_list", encoding: .utf8)
            else { continue }
            cores.insert(siblings)
        }
        return cores.isEmpty ? nil : cores.count
    }
}
